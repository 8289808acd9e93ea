//! Every field of every record that comes in, with every kind of value that a server sends in its place.
//!
//! The list of fields is written by `build.rs` from the lowered document. A value costs at most itself: the rest of
//! the record stays what it is.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use trackstar_api::{deviation, types};

include!(concat!(env!("OUT_DIR"), "/values.rs"));

/// The fields: for each type an example, and where its fields stand in it.
const TABLE: &str = include_str!(concat!(env!("OUT_DIR"), "/values.json"));

/// What was read, written again, and the paths that were reported.
type Reading = (Result<Value, String>, Vec<String>);

#[derive(Debug)]
struct Row {
    name: &'static str,
    /// Reads the JSON and writes it again, and gives what was reported.
    read: fn(Value) -> Reading,
}

macro_rules! row {
    ($name:ident) => {
        Row {
            name: stringify!($name),
            read: read::<types::$name>,
        }
    };
}
use row;

fn read<T: DeserializeOwned + Serialize>(json: Value) -> Reading {
    let (record, found) = deviation::collect(|| serde_json::from_value::<T>(json));
    let written = record
        .map(|record| serde_json::to_value(record).unwrap())
        .map_err(|error| error.to_string());
    let paths = found.list.iter().map(deviation::Deviation::path);
    (written, paths.collect())
}

/// What a value becomes.
#[derive(Clone, Debug)]
enum Becomes {
    /// What the document says: nothing is reported.
    Same,
    /// This.
    This(Value),
    /// Nothing.
    Absent,
    /// Nothing, as if it had not been sent: nothing is reported.
    Null,
    /// Nothing, and the value is kept as it was sent.
    Kept,
    /// A list, of which an item was changed or left out.
    Items(Value),
}

/// What servers send in place of a value of each kind.
fn sent_for(kind: &str) -> Vec<(Value, Becomes)> {
    use Becomes::{Absent, Items, Kept, Null, Same, This};
    let mut rows = match kind {
        "integer" => vec![
            (json!(3.0), This(json!(3))),
            (json!("3"), This(json!(3))),
            (json!("3.0"), This(json!(3))),
            (json!(1e3), This(json!(1000))),
            (json!(-0.0), This(json!(0))),
            (json!(2.5), Kept),
            (json!("2.5"), Kept),
            (json!(1e300), Kept),
            (json!(""), Absent),
            (json!("many"), Kept),
            (json!(true), Kept),
            (json!([]), Kept),
            (json!({"value": 3}), Kept),
        ],
        "number" => vec![
            (json!(3.25), Same),
            (json!("1.5"), This(json!(1.5))),
            (json!(""), Absent),
            (json!("NaN"), Kept),
            (json!("1,5"), Kept),
            (json!(true), Kept),
            (json!([1.5]), Kept),
        ],
        "money" => vec![
            (json!(0.1), Same),
            (json!(7), Same),
            (json!("12.50"), This(json!(12.5))),
            (json!("-0.07"), This(json!(-0.07))),
            (json!("12345678901234567.89"), Kept),
            (json!(""), Absent),
            (json!("12,50 EUR"), Kept),
            (json!({"amount": "12.50", "currency": "EUR"}), Kept),
            (json!(false), Kept),
        ],
        "bool" => vec![
            (json!("true"), This(json!(true))),
            (json!("False"), This(json!(false))),
            (json!(0), This(json!(false))),
            (json!(1), This(json!(true))),
            (json!(1.0), This(json!(true))),
            (json!(""), Absent),
            (json!(2), Kept),
            (json!("perhaps"), Kept),
            (json!({}), Kept),
        ],
        "text" => vec![
            (json!(""), Same),
            (json!("None"), Same),
            (json!(1042), This(json!("1042"))),
            (json!(-1), This(json!("-1"))),
            (json!(1.5), This(json!("1.5"))),
            (json!(false), This(json!("false"))),
            (json!([]), Kept),
            (json!({"name": "x"}), Kept),
        ],
        "enum" => vec![
            (json!("value-from-the-future"), Same),
            (json!(""), Same),
            (json!(3), This(json!("3"))),
            (json!(true), This(json!("true"))),
            (json!([]), Kept),
            (json!({}), Kept),
        ],
        "time" => vec![
            (
                json!("2025-01-31T10:00:00+00:00"),
                This(json!("2025-01-31T10:00:00Z")),
            ),
            (json!("2025-01-31"), This(json!("2025-01-31T00:00:00Z"))),
            (
                json!("2025-01-31T10:00:00"),
                This(json!("2025-01-31T10:00:00Z")),
            ),
            (
                json!("2025-01-31 10:00:00"),
                This(json!("2025-01-31T10:00:00Z")),
            ),
            (
                json!("2025-01-31T10:00:00.1234567"),
                This(json!("2025-01-31T10:00:00.123456700Z")),
            ),
            (
                json!("2025-01-31T10:00:00+00"),
                This(json!("2025-01-31T10:00:00Z")),
            ),
            (
                json!("2025-01-31T10:00Z"),
                This(json!("2025-01-31T10:00:00Z")),
            ),
            (json!(""), Absent),
            (json!("None"), Absent),
            (json!("0000-00-00 00:00:00"), Kept),
            (json!("yesterday"), Kept),
            (json!(1735689600), Kept),
            (json!(false), Kept),
            (json!({"at": "2025-01-31"}), Kept),
        ],
        "list of texts" => vec![
            (json!(["a"]), Same),
            (json!([null, "a"]), Items(json!(["a"]))),
            (json!([1, "a"]), Items(json!(["1", "a"]))),
            (json!([{"x": 1}, "a"]), Items(json!(["a", {"x": 1}]))),
            (json!("a,b"), Kept),
            (json!({}), Kept),
            (json!(7), Kept),
            (json!(""), Absent),
        ],
        "list of records" => vec![
            (json!([{}]), Same),
            (json!([null, {}]), Items(json!([{}]))),
            (json!(["x", {}]), Items(json!([{}, "x"]))),
            (json!([["x"], {}]), Items(json!([{}, ["x"]]))),
            (json!({}), Kept),
            (json!({"new": 1}), Kept),
            (json!("x"), Kept),
            (json!(false), Kept),
            (json!(""), Absent),
        ],
        "list of anything" => vec![
            (json!([{"a": [1]}]), Same),
            (json!([null, {}]), Same),
            (json!({}), Kept),
            (json!("x"), Kept),
            (json!(""), Absent),
        ],
        "map" => vec![
            (json!([]), Absent),
            (json!(""), Absent),
            (json!([1]), Kept),
            (json!("x"), Kept),
            (json!(7), Kept),
        ],
        "record" => vec![
            (json!({}), Same),
            (json!({"added": {"deep": [null]}}), Same),
            (json!(""), Absent),
            (json!([]), Absent),
            (json!([1]), Kept),
            (json!("x"), Kept),
            (json!(7), Kept),
            (json!(true), Kept),
        ],
        "any" => vec![(json!({"a": [null]}), Same), (json!(7), Same)],
        other => panic!("a kind that is not known here: {other}"),
    };
    rows.push((Value::Null, Null));
    rows
}

/// One field, with one value in its place.
struct Case<'a> {
    row: &'a Row,
    example: &'a Value,
    pointer: &'a str,
    path: &'a str,
    kind: &'a str,
    is_required: bool,
}

impl Case<'_> {
    fn problem(&self, sent: &Value, becomes: &Becomes) -> Option<String> {
        let mut json = self.example.clone();
        *json.pointer_mut(self.pointer)? = sent.clone();
        let (written, reported) = (self.row.read)(json);
        let is_collection = self.kind.starts_with("list") || self.kind == "map";
        let has_value = matches!(
            becomes,
            Becomes::Same | Becomes::This(_) | Becomes::Items(_)
        );
        let written = match written {
            Err(_) if self.is_required && !is_collection && !has_value => return None,
            Err(error) => return Some(format!("it cannot be read: {error}")),
            Ok(_) if self.is_required && !is_collection && !has_value => {
                return Some("it is read without what it requires".to_owned());
            }
            Ok(written) => written,
        };
        let mut expected = self.example.clone();
        let value = match becomes {
            Becomes::Same | Becomes::Kept => Some(sent),
            Becomes::This(value) | Becomes::Items(value) => Some(value),
            Becomes::Absent | Becomes::Null => None,
        };
        match value {
            Some(value) => *expected.pointer_mut(self.pointer)? = value.clone(),
            None => remove(&mut expected, self.pointer, &written),
        }
        if written != expected {
            return Some(format!("it is written as {written}, expected {expected}"));
        }
        let paths = match becomes {
            Becomes::Same | Becomes::Null => Vec::new(),
            // A time with an offset of its own form is as the document says.
            Becomes::This(_) if sent == "2025-01-31T10:00:00+00:00" => Vec::new(),
            Becomes::Items(_) => vec![format!("{}[]", self.path)],
            _ => vec![self.path.to_owned()],
        };
        (reported != paths).then(|| format!("reported are {reported:?}, expected {paths:?}"))
    }
}

/// Without the member; a list that a response has to have is written empty.
fn remove(json: &mut Value, pointer: &str, written: &Value) {
    if written
        .pointer(pointer)
        .is_some_and(|list| list == &json!([]) || list == &json!({}))
    {
        *json.pointer_mut(pointer).unwrap() = written.pointer(pointer).unwrap().clone();
        return;
    }
    let (around, name) = pointer.rsplit_once('/').unwrap();
    let members = json.pointer_mut(around).unwrap().as_object_mut().unwrap();
    members.retain(|key, _| key != name);
}

#[test]
fn a_value_of_another_type_costs_at_most_itself_in_every_field_of_every_record() {
    let table: Vec<Value> = serde_json::from_str(TABLE).unwrap();
    let (mut problems, mut count) = (Vec::new(), 0);
    for of_type in &table {
        let row = TYPES
            .iter()
            .find(|row| of_type["type"] == row.name)
            .unwrap();
        let (written, reported) = (row.read)(of_type["example"].clone());
        assert_eq!(written.as_ref(), Ok(&of_type["example"]), "{}", row.name);
        assert!(reported.is_empty(), "{}: {reported:?}", row.name);
        for field in of_type["fields"].as_array().unwrap() {
            let case = Case {
                row,
                example: &of_type["example"],
                pointer: field[0].as_str().unwrap(),
                path: field[1].as_str().unwrap(),
                kind: field[2].as_str().unwrap(),
                is_required: field[3].as_bool().unwrap(),
            };
            for (sent, becomes) in sent_for(case.kind) {
                count += 1;
                if let Some(problem) = case.problem(&sent, &becomes) {
                    let (name, pointer, kind) = (row.name, case.pointer, case.kind);
                    problems.push(format!("{name}{pointer} ({kind}) = {sent}: {problem}"));
                }
            }
        }
    }
    assert!(count > 10_000, "{count} cases");
    let shown: Vec<&str> = problems.iter().map(String::as_str).take(20).collect();
    assert!(
        problems.is_empty(),
        "{} of {count}:\n{}",
        problems.len(),
        shown.join("\n")
    );
}

/// Any JSON, of few levels and members.
pub fn any_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[a-z]{0,3}",
        "-?[0-9]{1,4}(\\.[0-9]{1,3})?",
        Just("true".to_owned()),
        Just("2025-01-31".to_owned()),
        Just("None".to_owned()),
        any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1000..1000_i64).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let name = prop_oneof!["[a-z]{1,3}", Just("id".to_owned()), Just("sku".to_owned())];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Whether a value says something: others may be left out.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !matches!(text.trim(), "" | "None"),
        Value::Array(items) => items.iter().any(says_something),
        Value::Object(members) => members.values().any(says_something),
        _ => true,
    }
}

#[test]
fn any_json_in_place_of_a_field_loses_no_other_and_is_read_again_as_it_was_written() {
    let table: Vec<Value> = serde_json::from_str(TABLE).unwrap();
    let fields: Vec<(&Row, &Value, &Value)> = table
        .iter()
        .flat_map(|of_type| {
            let row = TYPES
                .iter()
                .find(|row| of_type["type"] == row.name)
                .unwrap();
            let fields = of_type["fields"].as_array().unwrap().iter();
            fields.map(move |field| (row, &of_type["example"], field))
        })
        .collect();
    let mut runner = TestRunner::new(Config {
        cases: 4_000,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&(0..fields.len(), any_json()), |(index, sent)| {
        let (row, example, field) = fields[index];
        let (pointer, is_required) = (field[0].as_str().unwrap(), field[3] == true);
        let mut json = example.clone();
        *json.pointer_mut(pointer).unwrap() = sent.clone();
        let written = match (row.read)(json).0 {
            Ok(written) => written,
            Err(_) if is_required => return Ok(()),
            Err(error) => return Err(TestCaseError::fail(format!("{}: {error}", row.name))),
        };
        let without = |json: &Value| {
            let mut json = json.clone();
            let (around, name) = pointer.rsplit_once('/').unwrap();
            let members = json.pointer_mut(around).unwrap().as_object_mut().unwrap();
            members.retain(|key, _| key != name);
            json
        };
        prop_assert_eq!(without(&written), without(example));
        let is_there = written.pointer(pointer).is_some();
        prop_assert!(is_there || !says_something(&sent), "{sent} is lost");
        prop_assert_eq!((row.read)(written.clone()).0, Ok(written));
        Ok(())
    });
    outcome.unwrap();
}

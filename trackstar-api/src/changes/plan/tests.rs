use super::*;

const YEAR: i64 = 365 * 24 * 60 * 60;
const PAGE: usize = 100;

/// What a list holds: the time of each record, in the order of the list.
type List = Vec<i64>;

/// Reads a list by windows until nothing is open, several at once. Gives how often each record was given, and how many
/// pages were asked for.
fn read(list: &List, upper: i64, at_once: usize) -> (Vec<usize>, usize) {
    let all = Window {
        from: None,
        to: upper,
    };
    let mut plan = Plan::new(vec![all]);
    let mut given = vec![0; list.len()];
    let mut pages = 1;
    if list.len() > PAGE {
        plan.learn(&list.iter().copied().take(PAGE).collect(), at_once);
    }
    let mut walks: Vec<(Window, Vec<usize>, usize)> = Vec::new();
    let within = |window: Window| {
        let is_within = |index: &usize| (window.start()..window.to).contains(&list[*index]);
        (0..list.len()).filter(is_within).collect::<Vec<_>>()
    };
    loop {
        loop {
            while walks.len() < at_once
                && let Some(window) = plan.take(at_once)
            {
                walks.push((window, within(window), 0));
            }
            let is_idle = walks.len() < at_once;
            let split = walks.iter().position(|(window, records, read)| {
                let sample = records
                    .iter()
                    .take(PAGE)
                    .map(|index| list[*index])
                    .collect();
                is_idle && *read > 0 && plan.split(*window, *read, &sample, at_once)
            });
            match split {
                Some(index) => drop(walks.swap_remove(index)),
                None => break,
            }
        }
        let Some((window, records, mut read)) = walks.pop() else {
            assert!(plan.open().is_empty());
            return (given, pages);
        };
        pages += 1;
        assert!(pages < 20_000, "it does not end");
        let page = records.iter().skip(read * PAGE).take(PAGE);
        page.for_each(|index| given[*index] += 1);
        read += 1;
        if read * PAGE >= records.len() {
            plan.finish(window, records.len());
        } else {
            plan.grows(window, read * PAGE);
            walks.insert(0, (window, records, read));
        }
    }
}

/// Lists of many kinds, with what they are.
fn lists() -> Vec<(&'static str, List)> {
    let evenly: List = (0..20_000).map(|index| 1_000_000 + index * 600).collect();
    let mut shuffled = evenly.clone();
    fastrand::Rng::with_seed(1).shuffle(&mut shuffled);
    // A first synchronisation within ten minutes, and a little every day since.
    let burst: List = (0..15_000)
        .map(|index| YEAR + index / 25)
        .chain((0..300).map(|day| YEAR + day * 86_400))
        .collect();
    vec![
        ("none", List::new()),
        ("a few", vec![5, 3, 4]),
        ("in order", evenly.clone()),
        ("in reverse order", evenly.into_iter().rev().collect()),
        ("in no order", shuffled),
        ("a burst", burst.clone()),
        ("a burst in reverse", burst.into_iter().rev().collect()),
        ("within one second", vec![7; 5_000]),
    ]
}

#[test]
fn every_record_is_given_whatever_the_order_of_the_list() {
    for (what, list) in lists() {
        for at_once in [1, 2, 5, 16] {
            let (given, _) = read(&list, 3 * YEAR, at_once);
            assert!(
                given.iter().all(|times| *times >= 1),
                "{what}, {at_once} at once"
            );
        }
    }
}

#[test]
fn little_is_read_twice() {
    for (what, list) in lists() {
        for at_once in [1, 5] {
            let (_, pages) = read(&list, 3 * YEAR, at_once);
            let needed = list.len().div_ceil(PAGE).max(1);
            let most = needed + needed / 5 + 12 * at_once;
            println!("{what}, {at_once} at once: {pages} pages for {needed}");
            assert!(
                pages <= most,
                "{what}, {at_once} at once: {pages} pages for {needed}"
            );
        }
    }
}

#[test]
fn a_window_of_one_second_is_not_split() {
    let window = Window {
        from: Some(7),
        to: 8,
    };
    let mut plan = Plan::new(vec![window]);
    let sample: Sample = vec![7; PAGE].into_iter().collect();
    plan.learn(&sample, 4);
    assert_eq!(plan.take(4), Some(window));
    assert!(!plan.split(window, 1, &sample, 4));
    assert_eq!(plan.take(4), None);
}

#[test]
fn what_is_left_is_estimated_by_what_was_read() {
    let mut plan = Plan::new(vec![Window {
        from: Some(0),
        to: 1_000,
    }]);
    assert_eq!(plan.estimate(0), None);
    let window = plan.take(4).unwrap();
    assert_eq!(
        window,
        Window {
            from: Some(0),
            to: 250
        }
    );
    plan.finish(window, 50);
    assert_eq!(plan.estimate(50), Some(200));
}

//! Renames: what is gone under one name and new under another, with the same shape.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase as _;

use super::snapshot::{Facts, Snapshot};
use super::subject::{Aspect, Kind, Subject};

/// A whole and its parts, without descriptions and bounds.
type Shape = Vec<(Option<(Kind, String)>, Facts)>;

/// Which subjects of the old snapshot are which of the new one.
#[derive(Debug, Default)]
pub struct Renames {
    /// Types and payloads, operations, events: old name to new name.
    wholes: BTreeMap<Subject, Subject>,
    /// Parts: old subject to new subject.
    parts: BTreeMap<Subject, Subject>,
}

impl Renames {
    /// Finds the renames. They are symmetric: swapped snapshots have the same pairs, swapped.
    pub fn between(old: &Snapshot, new: &Snapshot) -> Self {
        let mut renames = Self::default();
        // A type that others refer to is recognised before those that refer to it.
        loop {
            let found = renames.wholes_of(&[Kind::Type, Kind::Payload], old, new);
            if found.is_empty() {
                break;
            }
            renames.wholes.extend(found);
        }
        let found = renames.same_routes(old, new);
        renames.wholes.extend(found);
        let found = renames.wholes_of(&[Kind::Operation, Kind::Webhook], old, new);
        renames.wholes.extend(found);
        renames.parts = renames.parts_of(old, new);
        renames
    }

    /// The name that an old subject has in the new snapshot, if it is there.
    pub fn target(&self, old: &Subject) -> Subject {
        if let Some(new) = self.parts.get(old).or_else(|| self.wholes.get(old)) {
            return new.clone();
        }
        match self.wholes.get(&old.of_whole()) {
            Some(whole) if old.part.is_some() => old.moved_to(whole.owner()),
            _ => old.clone(),
        }
    }

    /// An old fact in the names of the new snapshot.
    pub fn translated(&self, aspect: &Aspect, value: &str) -> String {
        match aspect {
            Aspect::Type | Aspect::New | Aspect::Setter | Aspect::Offer(_) => {
                replaced(value, &|name| {
                    let is_new = |kind| self.wholes.get(&Subject::whole(kind, name));
                    let new = is_new(Kind::Type).or_else(|| is_new(Kind::Payload))?;
                    Some(new.owner().to_owned())
                })
            }
            _ => value.to_owned(),
        }
    }

    fn wholes_of(&self, kinds: &[Kind], old: &Snapshot, new: &Snapshot) -> Vec<(Subject, Subject)> {
        let is_asked = |s: &&Subject| s.part.is_none() && kinds.contains(&s.kind());
        let mut groups: BTreeMap<_, [Vec<&Subject>; 2]> = BTreeMap::new();
        for subject in self.gone(old, new).filter(is_asked) {
            let shape = self.shape_of_whole(old, subject, true);
            groups.entry((subject.kind(), shape)).or_default()[0].push(subject);
        }
        for subject in self.added(old, new).filter(is_asked) {
            let shape = self.shape_of_whole(new, subject, false);
            groups.entry((subject.kind(), shape)).or_default()[1].push(subject);
        }
        let found = groups.iter().flat_map(|((kind, shape), [gone, added])| {
            // Two types of several parts are unlikely to be equal by chance.
            let is_telling = *kind == Kind::Type && shape.len() > 3;
            pairs(gone, added, |one, other| {
                shared_words(one.name(), other.name()) + u32::from(is_telling)
            })
        });
        found.map(|(old, new)| (old.clone(), new.clone())).collect()
    }

    /// Operations of the same method and path are the same operation under any name.
    fn same_routes(&self, old: &Snapshot, new: &Snapshot) -> Vec<(Subject, Subject)> {
        let route = |snapshot: &Snapshot, subject: &Subject| {
            snapshot.subjects.get(subject)?.get(&Aspect::Route).cloned()
        };
        let with_route = |snapshot: &Snapshot, subjects: Vec<&Subject>| -> BTreeMap<_, _> {
            let routes = subjects.into_iter().filter(|s| s.part.is_none());
            routes
                .filter_map(|s| Some((route(snapshot, s)?, s.clone())))
                .collect()
        };
        let added = with_route(new, self.added(old, new).collect());
        let gone = with_route(old, self.gone(old, new).collect());
        let same = gone.into_iter();
        same.filter_map(|(route, old)| Some((old, added.get(&route)?.clone())))
            .collect()
    }

    fn parts_of(&self, old: &Snapshot, new: &Snapshot) -> BTreeMap<Subject, Subject> {
        const KINDS: [Kind; 3] = [Kind::Parameter, Kind::Field, Kind::PayloadField];
        let is_asked = |subject: &&Subject| KINDS.contains(&subject.kind());
        let mut groups: BTreeMap<_, [Vec<&Subject>; 2]> = BTreeMap::new();
        for subject in self.gone(old, new).filter(is_asked) {
            let shape = self.shape(&old.subjects[subject], true, "");
            let whole = self.target(&subject.of_whole());
            groups.entry((whole, shape)).or_default()[0].push(subject);
        }
        for subject in self.added(old, new).filter(is_asked) {
            let shape = self.shape(&new.subjects[subject], false, "");
            groups.entry((subject.of_whole(), shape)).or_default()[1].push(subject);
        }
        let description = Aspect::Text("description".to_owned());
        let found = groups.values().flat_map(|[gone, added]| {
            pairs(gone, added, |one, other| {
                let words = old.subjects[one].get(&description);
                let is_described_alike = words.is_some_and(|words| !words.is_empty())
                    && words == new.subjects[other].get(&description);
                let place = position(old, one);
                let is_in_place = place.is_some() && place == position(new, other);
                shared_words(one.name(), other.name())
                    + 200 * u32::from(is_described_alike)
                    + 200 * u32::from(is_in_place)
            })
        });
        found.map(|(old, new)| (old.clone(), new.clone())).collect()
    }

    /// A whole and its parts, by their shapes.
    fn shape_of_whole(&self, snapshot: &Snapshot, whole: &Subject, is_old: bool) -> Shape {
        let facts = snapshot.subjects.range(whole.clone()..);
        let mine = facts.take_while(|(other, _)| other.whole == whole.whole);
        let shapes = mine.map(|(other, facts)| {
            let shape = self.shape(facts, is_old, whole.owner());
            (other.part.clone(), shape)
        });
        shapes.collect()
    }

    fn gone<'a>(
        &'a self,
        old: &'a Snapshot,
        new: &'a Snapshot,
    ) -> impl Iterator<Item = &'a Subject> {
        let subjects = old.subjects.keys();
        subjects.filter(|subject| !new.subjects.contains_key(&self.target(subject)))
    }

    fn added<'a>(
        &self,
        old: &Snapshot,
        new: &'a Snapshot,
    ) -> impl Iterator<Item = &'a Subject> + use<'a> {
        let known = old.subjects.keys().map(|subject| self.target(subject));
        let known: BTreeSet<Subject> = known.collect();
        let subjects = new.subjects.keys();
        subjects.filter(move |subject| !known.contains(*subject))
    }

    /// Facts without descriptions and bounds, in the names of the new snapshot.
    fn shape(&self, facts: &Facts, is_old: bool, own_name: &str) -> Facts {
        let structural = facts.iter().filter(|(aspect, _)| {
            matches!(
                aspect,
                Aspect::Type
                    | Aspect::Presence
                    | Aspect::Place
                    | Aspect::New
                    | Aspect::Offer(_)
                    | Aspect::Setters
                    | Aspect::Operators
                    | Aspect::Credentials
                    | Aspect::Variant
                    | Aspect::Separator
                    | Aspect::Unknown(_)
            )
        });
        let shape = structural.map(|(aspect, value)| {
            let value = if is_old {
                self.translated(aspect, value)
            } else {
                value.clone()
            };
            // A type that refers to itself does so by its new name too.
            let value = replaced(&value, &|name| {
                (name == own_name).then(|| "Self".to_owned())
            });
            (aspect.clone(), value)
        });
        shape.collect()
    }
}

/// The position of an argument among those of its method.
pub fn position(snapshot: &Snapshot, parameter: &Subject) -> Option<usize> {
    let arguments = snapshot
        .subjects
        .get(&parameter.of_whole())?
        .get(&Aspect::Arguments)?;
    arguments
        .split(", ")
        .position(|name| name == parameter.name())
}

/// Pairs in which each is the best match for the other.
fn pairs<'a>(
    gone: &[&'a Subject],
    added: &[&'a Subject],
    score: impl Fn(&Subject, &Subject) -> u32,
) -> Vec<(&'a Subject, &'a Subject)> {
    let best = |scores: Vec<u32>| {
        let highest = scores.iter().copied().max().filter(|score| *score > 0)?;
        let mut places = (0..scores.len()).filter(|place| scores[*place] == highest);
        let place = places.next()?;
        places.next().is_none().then_some(place)
    };
    let mut found = Vec::new();
    for (index, one) in gone.iter().enumerate() {
        let there = best(added.iter().map(|other| score(one, other)).collect());
        let Some(there) = there else { continue };
        let back = best(gone.iter().map(|one| score(one, added[there])).collect());
        if back == Some(index) {
            found.push((*one, added[there]));
        }
    }
    found
}

/// The percentage of the words of both names that are in both.
fn shared_words(one: &str, other: &str) -> u32 {
    let words = |name: &str| -> Vec<String> {
        name.to_snake_case().split('_').map(str::to_owned).collect()
    };
    let (one, other) = (words(one), words(other));
    let shared = one.iter().filter(|word| other.contains(word)).count()
        + other.iter().filter(|word| one.contains(word)).count();
    u32::try_from(100 * shared / (one.len() + other.len())).unwrap_or_default()
}

/// A text with names replaced, where `other` has a new one.
fn replaced(text: &str, other: &dyn Fn(&str) -> Option<String>) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let is_in_word = rest.starts_with(is_word);
        let end = rest
            .find(|c| is_word(c) != is_in_word)
            .unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        match other(part).filter(|_| is_in_word) {
            Some(name) => replaced.push_str(&name),
            None => replaced.push_str(part),
        }
        rest = after;
    }
    replaced
}

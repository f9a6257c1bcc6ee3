//! まとめ: equal messages of a long run become one line with a count. Memory does not grow with the run.

use super::message::{Level, Messages};
use fukan::base::{Fault, code};
use std::collections::HashMap;

/// How many places of one message are told.
const PLACES: usize = 3;

/// まとめ of messages, in order of first appearance.
#[derive(Debug, Default)]
pub struct Digest {
    groups: Vec<Group>,
    known: HashMap<Key, usize>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    level: Level,
    code: &'static str,
    file: Option<String>,
    field: Option<String>,
    args: String,
}

impl Key {
    fn new(level: Level, fault: &Fault) -> Self {
        let place = &fault.place;
        Self {
            level,
            code: fault.code.as_str(),
            file: place.file.as_ref().map(|file| file.as_str().to_owned()),
            // What a font lacks is one matter, in however many fields it stands.
            field: place
                .field
                .as_ref()
                .filter(|_| fault.code != code::RARE_CHARACTER)
                .map(|field| field.json.clone().into_owned()),
            // Which row it was is part of the place.
            args: fault
                .args
                .iter()
                .filter(|(name, _)| *name != "row")
                .map(|(name, arg)| format!("{name}\u{1F}{}\u{1E}", arg.as_str()))
                .collect(),
        }
    }
}

#[derive(Debug)]
struct Group {
    level: Level,
    first: Vec<(Fault, Option<String>)>,
    count: usize,
}

impl Digest {
    /// Takes one more message; `case` is the 照会番号 when it may be shown.
    pub fn add(&mut self, level: Level, fault: &Fault, case: Option<&str>) {
        let groups = &mut self.groups;
        let index = *self.known.entry(Key::new(level, fault)).or_insert_with(|| {
            groups.push(Group { level, first: Vec::new(), count: 0 });
            groups.len() - 1
        });
        let group = &mut groups[index];
        group.count += 1;
        if group.first.len() < PLACES {
            group.first.push((fault.clone(), case.map(str::to_owned)));
        }
    }

    /// How many messages of a level there were.
    #[cfg(test)]
    pub fn count(&self, level: Level) -> usize {
        self.groups.iter().filter(|group| group.level == level).map(|group| group.count).sum()
    }

    /// The messages: errors first, then holds, then warnings.
    pub fn render(&self, messages: &Messages) -> Vec<String> {
        let mut groups: Vec<&Group> = self.groups.iter().collect();
        groups.sort_by_key(|group| group.level);
        groups.into_iter().flat_map(|group| group.render(messages)).collect()
    }
}

impl Group {
    fn render(&self, messages: &Messages) -> Vec<String> {
        match self.first.as_slice() {
            [(first, case)] => vec![messages.render_case(self.level, first, case.as_deref())],
            [(first, _), ..] => {
                let places: Vec<String> =
                    self.first.iter().map(|(fault, case)| messages.place(&fault.place, case.as_deref())).collect();
                let (count, more) = (self.count.to_string(), (self.count - self.first.len()).to_string());
                let more = if more == "0" { "" } else { &more };
                let separator = messages.ui("place.and", &[]);
                let place =
                    messages.ui("place.several", &[("count", &count), ("places", &places.join(&separator)), ("more", more)]);
                vec![messages.message(self.level, first, Some(&place))]
            }
            [] => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::message::Lang;
    use super::*;
    use fukan::base::fault::FileName;
    use fukan::base::{At, Field, code};

    #[test]
    fn equal_warnings_become_one() {
        let mut digest = Digest::default();
        for line in 1..=50 {
            let fault = Fault::new(code::PARTNER_STALE).at(Field::new("確認日", "partners.csv 確認日"));
            digest.add(Level::Warning, &fault.within(&FileName::named("a.csv", 1), At::Line(line)), None);
        }
        digest.add(Level::Error, &Fault::new(code::NO_CASES), None);
        // Other fields, but one matter.
        for field in [Field::new("氏名", "subject.name"), Field::new("担当者", "requester.officer")] {
            digest.add(Level::Warning, &Fault::new(code::RARE_CHARACTER).at(field), None);
        }
        let texts = digest.render(&Messages::load(Lang::Ja));
        assert_eq!(texts.len(), 3);
        assert!(texts[2].contains("FK-4043") && texts[2].contains("氏名") && texts[2].contains("担当者"), "{}", texts[2]);
        assert!(texts[0].contains("FK-1022") && texts[1].contains("FK-2015"));
        assert!(
            texts[1].contains("場所: 50件（a.csv 1行 確認日、a.csv 2行 確認日、a.csv 3行 確認日、ほか47件）"),
            "{}",
            texts[1]
        );
        assert_eq!((digest.count(Level::Warning), digest.count(Level::Hold)), (52, 0));
    }
}

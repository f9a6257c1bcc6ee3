//! 段落番号: the lists of all families in one part, and each letter's lists counted from the beginning again.

use crate::press::parts::MAIN;
use crate::press::xml::Element;
use std::collections::HashMap;

/// Every list of a file.
#[derive(Default)]
pub(super) struct Lists {
    root: Option<Element>,
    kinds: Vec<Element>,
    lists: Vec<Element>,
    /// Family and own number: what a letter's copy is made of.
    known: HashMap<(usize, String), Element>,
}

impl Lists {
    /// Takes in the lists of a family.
    pub fn take_in(&mut self, family: usize, numbering: Option<&Element>, renamed: &HashMap<String, String>) {
        let Some(numbering) = numbering else { return };
        match &mut self.root {
            Some(own) => drop(super::family::join_namespaces(own, numbering)),
            None => self.root = Some(Element { children: Vec::new(), ..numbering.clone() }),
        }
        let mut places: HashMap<String, String> = HashMap::new();
        for kind in numbering.elements().filter(|e| e.name == "w:abstractNum") {
            let new = self.kinds.len().to_string();
            let mut kind = kind.clone();
            places.insert(kind.attribute("w:abstractNumId").unwrap_or_default().to_owned(), new.clone());
            kind.set_raw("w:abstractNumId", new);
            kind.each_mut(&mut |e| {
                // Pictures for bullets, and what joins lists of one file by number.
                e.remove(&["w:lvlPicBulletId", "w:nsid", "w:tmpl"]);
                if matches!(e.name.as_str(), "w:pStyle" | "w:styleLink" | "w:numStyleLink")
                    && let Some(new) = e.attribute("w:val").and_then(|id| renamed.get(id)).cloned()
                {
                    e.set_raw("w:val", new);
                }
            });
            self.kinds.push(kind);
        }
        for list in numbering.elements().filter(|e| e.name == "w:num") {
            let mut list = list.clone();
            let own = list.attribute("w:numId").unwrap_or_default().to_owned();
            if let Some(place) = list.child_mut("w:abstractNumId")
                && let Some(new) = place.attribute("w:val").and_then(|id| places.get(id)).cloned()
            {
                place.set_raw("w:val", new);
            }
            self.known.insert((family, own), list);
        }
    }

    /// A paragraph's list, as that of its letter alone.
    pub fn restart(&mut self, number: &mut Element, family: usize, letter: &mut HashMap<String, u32>) {
        let own = number.attribute("w:val").unwrap_or_default().to_owned();
        if own == "0" {
            return;
        }
        let new = match letter.get(&own) {
            Some(known) => *known,
            None => {
                let Some(list) = self.known.get(&(family, own.clone())) else { return };
                let new = self.lists.len() as u32 + 1;
                let list = self.begun_again(list.clone(), new);
                self.lists.push(list);
                letter.insert(own, new);
                new
            }
        };
        number.set("w:val", &new.to_string());
    }

    fn begun_again(&self, mut list: Element, number: u32) -> Element {
        list.set("w:numId", &number.to_string());
        let kind = list.child("w:abstractNumId").and_then(|e| e.attribute("w:val")).and_then(|id| id.parse::<usize>().ok());
        let levels = kind.and_then(|at| self.kinds.get(at)).into_iter().flat_map(Element::elements).filter(|e| e.name == "w:lvl");
        for level in levels {
            let place = level.attribute("w:ilvl").unwrap_or("0");
            if list.elements().any(|e| e.name == "w:lvlOverride" && e.attribute("w:ilvl") == Some(place)) {
                continue;
            }
            let from = level.child("w:start").and_then(|e| e.attribute("w:val")).unwrap_or("1");
            let start = Element::new("w:startOverride", &[("w:val", from)]);
            list.push(Element::new("w:lvlOverride", &[("w:ilvl", place)]).with([start]));
        }
        list
    }

    /// The part, when there is any list.
    pub fn part(&self) -> Option<Vec<u8>> {
        let root = self.root.clone().unwrap_or_else(|| Element::new("w:numbering", &[("xmlns:w", MAIN)]));
        let root = root.with(self.kinds.iter().chain(&self.lists).cloned());
        (!self.kinds.is_empty()).then(|| root.to_part().into_bytes())
    }
}

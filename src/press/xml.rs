//! XML の木: a small tree for parts that are mended once, when a form is made. Documents are stamped without it.

use crate::file::opc::BadPackage;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Deeper than this is no form.
const DEEPEST: usize = 128;

/// One node: an element, or text as it stands in the file (escaped).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Element(Element),
    Text(String),
}

/// An element. Attributes keep their order and their escaping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
}

impl Node {
    /// Whether it is an element of one of these names.
    pub fn is_one_of(&self, names: &[&str]) -> bool {
        matches!(self, Self::Element(e) if names.contains(&e.name.as_str()))
    }

    /// Writes it as it stands in a part.
    pub fn write(&self, out: &mut String) {
        match self {
            Self::Element(element) => element.write(out),
            Self::Text(text) => out.push_str(text),
        }
    }
}

impl Element {
    pub fn new(name: &str, attributes: &[(&str, &str)]) -> Self {
        let attributes = attributes.iter().map(|(n, v)| ((*n).to_owned(), escape(v))).collect();
        Self { name: name.to_owned(), attributes, children: Vec::new() }
    }

    /// The same with these elements in it.
    pub fn with(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children.into_iter().map(Node::Element));
        self
    }

    /// Reads a part; its root.
    pub fn read(xml: &str) -> Result<Self, BadPackage> {
        let mut reader = Reader::from_str(xml);
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().map_err(|_| BadPackage::Xml)? {
                Event::Start(start) if open.len() < DEEPEST => open.push(Self::opened(&start)?),
                Event::Empty(start) => close(&mut open, Self::opened(&start)?)?,
                Event::End(_) => {
                    let done = open.pop().ok_or(BadPackage::Xml)?;
                    close(&mut open, done)?;
                }
                Event::Text(text) => push_text(&mut open, &text)?,
                Event::GeneralRef(name) => {
                    let name = std::str::from_utf8(&name).map_err(|_| BadPackage::Xml)?;
                    push_text(&mut open, format!("&{name};").as_bytes())?;
                }
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
                Event::Eof => break,
                Event::Start(_) | Event::DocType(_) | Event::CData(_) => return Err(BadPackage::Xml),
            }
        }
        let top = open.pop().filter(|_| open.is_empty()).ok_or(BadPackage::Xml)?;
        top.children.into_iter().find_map(|n| if let Node::Element(e) = n { Some(e) } else { None }).ok_or(BadPackage::Xml)
    }

    fn opened(start: &quick_xml::events::BytesStart<'_>) -> Result<Self, BadPackage> {
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| BadPackage::Xml);
        let mut element = Self { name: text(start.name().as_ref())?, ..Self::default() };
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|_| BadPackage::Xml)?;
            // Between single quotes a value may hold double ones.
            element.attributes.push((text(attribute.key.as_ref())?, text(&attribute.value)?.replace('"', "&quot;")));
        }
        Ok(element)
    }

    /// The elements directly below it.
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|n| if let Node::Element(e) = n { Some(e) } else { None })
    }

    /// The same, to be changed.
    pub fn elements_mut(&mut self) -> impl Iterator<Item = &mut Self> {
        self.children.iter_mut().filter_map(|n| if let Node::Element(e) = n { Some(e) } else { None })
    }

    /// The first element of that name directly below it.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.elements().find(|e| e.name == name)
    }

    /// The same, to be changed.
    pub fn child_mut(&mut self, name: &str) -> Option<&mut Self> {
        self.elements_mut().find(|e| e.name == name)
    }

    /// The same; where there is none, one is made before all others.
    pub fn child_made(&mut self, name: &str) -> Option<&mut Self> {
        if self.child(name).is_none() {
            self.put_first(Self::new(name, &[]));
        }
        self.child_mut(name)
    }

    pub fn push(&mut self, child: Self) {
        self.children.push(Node::Element(child));
    }

    pub fn put_first(&mut self, child: Self) {
        self.children.insert(0, Node::Element(child));
    }

    /// Takes the elements of these names out of it.
    pub fn remove(&mut self, names: &[&str]) {
        self.children.retain(|node| !node.is_one_of(names));
    }

    /// The value of an attribute, escaped as in the file.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// Sets an attribute.
    pub fn set(&mut self, name: &str, value: &str) {
        self.set_raw(name, escape(value));
    }

    /// The same to a value that is escaped already.
    pub fn set_raw(&mut self, name: &str, value: String) {
        match self.attributes.iter_mut().find(|(n, _)| n == name) {
            Some((_, place)) => *place = value,
            None => self.attributes.push((name.to_owned(), value)),
        }
    }

    /// Does something to it and all below it, the lowest first.
    pub fn each_mut(&mut self, change: &mut impl FnMut(&mut Self)) {
        for child in self.elements_mut() {
            child.each_mut(change);
        }
        change(self);
    }

    /// The part again, with its declaration.
    pub fn to_part(&self) -> String {
        let mut out = String::from(DECLARATION);
        self.write(&mut out);
        out
    }

    /// Writes the element alone.
    pub fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            out.push_str(value);
            out.push('"');
        }
        if self.children.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        self.children.iter().for_each(|child| child.write(out));
        out.push_str("</");
        out.push_str(&self.name);
        out.push('>');
    }
}

/// The first line of every part of ours.
pub(super) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

fn close(open: &mut [Element], done: Element) -> Result<(), BadPackage> {
    open.last_mut().ok_or(BadPackage::Xml)?.children.push(Node::Element(done));
    Ok(())
}

fn push_text(open: &mut [Element], raw: &[u8]) -> Result<(), BadPackage> {
    let raw = std::str::from_utf8(raw).map_err(|_| BadPackage::Xml)?;
    let children = &mut open.last_mut().ok_or(BadPackage::Xml)?.children;
    match children.last_mut() {
        Some(Node::Text(text)) => text.push_str(raw),
        _ => children.push(Node::Text(raw.to_owned())),
    }
    Ok(())
}

/// Escapes a text for a part, attribute values too.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_survives_the_round_trip() {
        let xml = "<w:a x=\"1 &amp; 2\"><w:b/><w:t>a &lt; b &#x20BB7;</w:t> </w:a>";
        assert_eq!(Element::read(xml).expect("good").to_part(), format!("{DECLARATION}{xml}"));
        assert_eq!(Element::read("<a b='1\"2'/>").expect("good").to_part(), format!("{DECLARATION}<a b=\"1&quot;2\"/>"));
    }

    #[test]
    fn what_is_no_part_is_refused() {
        for xml in ["", "<a>", "<a></b>", "<!DOCTYPE a><a/>", &"<a>".repeat(100_000)] {
            assert!(Element::read(xml).is_err(), "{}", &xml[..xml.len().min(20)]);
        }
    }
}

//! XML, beside `roxmltree`. Ours reads less (no document type, no instructions) and looks at less (attributes and comments are stepped over), so
//! each difference has a rule. Where ours reads on over what the standard forbids, the rest must still be read as the standard would.

use crate::memory::in_proportion;
use roxmltree::{Document as Theirs, Node, ParsingOptions};
use std::collections::BTreeMap;
use velopos::wire::charset::to_text;
use velopos::wire::xml::{Document, Writer, escape};

const MAX_DEPTH: usize = 16;
const MAX_ELEMENTS: usize = 32 * 1024;
const LEAST_OF_AN_ELEMENT: usize = 16;
const MAX_NAME: usize = 64;

/// What became of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Read by both, and the same.
    Same,
    /// Refused by both.
    Refused,
    /// Read by the standard, refused here by this rule.
    Stricter(&'static str),
    /// Read here over something that the standard forbids, by this rule; all else is the same.
    Looser(&'static str),
}

/// Reads a document both ways.
pub fn check(data: &[u8]) {
    if let Err(problem) = verdict(data) {
        panic!("{problem}: {:?}", to_text(data));
    }
    if let Ok(text) = str::from_utf8(data) {
        written(text);
    }
}

/// What ours writes, theirs reads: all but what XML has no way of saying.
pub fn written(text: &str) {
    let escaped = escape(text);
    let mut writer = Writer::new("UTF-8");
    writer.open("R");
    writer.leaf("A", text);
    writer.close("R");
    let request = writer.finish();
    assert!(request.is_ascii() && request.contains(escaped), "{request}");
    if text.chars().all(is_xml) {
        let theirs = Theirs::parse(request).expect("a document");
        assert_eq!(theirs.root_element().first_element_child().and_then(|leaf| leaf.text()).unwrap_or_default(), text);
    }
}

/// What becomes of a document, or what no rule explains.
pub fn verdict(data: &[u8]) -> Result<Verdict, String> {
    let text = to_text(data);
    let ours = in_proportion(data.len(), || Document::parse(data, root_of(text)));
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let theirs = Theirs::parse_with_options(text.strip_prefix('\u{FEFF}').unwrap_or(text), options);
    match (ours, theirs) {
        (Err(_), Err(_)) => Ok(Verdict::Refused),
        (Err(_), Ok(theirs)) => stricter(text, &theirs).map(Verdict::Stricter).ok_or_else(|| "refused, and no rule says why".to_owned()),
        (Ok(ours), Ok(theirs)) => compare(&ours, &theirs).map(|()| Verdict::Same),
        (Ok(ours), Err(error)) => looser(text, &ours)?.map(Verdict::Looser).ok_or_else(|| format!("read, and {error} to roxmltree")),
    }
}

/// The name that the outermost element seems to have; without its prefix, as ours compares it.
fn root_of(text: &str) -> &str {
    let Some(pieces) = pieces(text) else { return "" };
    let tag = pieces.into_iter().find_map(|piece| if let Piece::Tag(tag) = piece { Some(tag) } else { None });
    let name = tag.map_or("", |tag| name_of(tag.strip_suffix('/').unwrap_or(tag)));
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

fn name_of(tag: &str) -> &str {
    tag.split([' ', '\t', '\r', '\n']).next().unwrap_or_default()
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The rules

fn stricter(text: &str, theirs: &Theirs) -> Option<&'static str> {
    let elements = || theirs.descendants().filter(Node::is_element);
    let is_plain = |name: &str| {
        let starts_well = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        starts_well && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
    };
    // Every tag counts here, also one that another reader would make something else of.
    let is_long = |tag: &str| name_of(tag).len() > MAX_NAME;
    let tags = pieces(text).unwrap_or_default();
    let has_mark =
        |tag: &str| tag.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 || tag.bytes().filter(|byte| *byte == b'\'').count() % 2 == 1;
    let any_tag = |found: &dyn Fn(&str) -> bool| tags.iter().any(|piece| matches!(piece, Piece::Tag(tag) if found(tag)));
    let any_reference =
        |found: &dyn Fn(&str) -> bool| text.split("&#").skip(1).filter_map(|part| part.split_once(';')).any(|(number, _)| found(number));
    let rules: [(&'static str, bool); 10] = [
        ("a document type", text.contains("<!DOCTYPE")),
        ("an instruction", theirs.descendants().any(|node| node.is_pi())),
        (
            "a name that is not plain",
            elements().any(|element| !is_plain(element.tag_name().name()))
                || any_tag(&|tag| !tag.is_ascii() || name_of(tag).trim_start_matches('/').starts_with(':')),
        ),
        ("a long name", any_tag(&is_long)),
        ("too deep", elements().any(|element| element.ancestors().filter(Node::is_element).count() > MAX_DEPTH)),
        ("too many elements", elements().count() > MAX_ELEMENTS.min(64 + text.len() / LEAST_OF_AN_ELEMENT)),
        (
            "`>` in an attribute",
            elements().any(|element| element.attributes().any(|attribute| attribute.value().contains('>'))) || any_tag(&has_mark),
        ),
        ("a reference to a control character", any_reference(&|number| referred(number).is_some_and(|c| c.is_control()))),
        ("a reference to no character", any_reference(&|number| referred(number).is_none())),
        ("a reference of more than 8 digits", any_reference(&|number| number.len() > 8)),
    ];
    rules.into_iter().find(|(_, holds)| *holds).map(|(rule, _)| rule)
}

/// What ours steps over, in the order in which it is taken out until the standard reads the rest.
const STEPS: [&str; 6] =
    ["the declaration", "comments", "attributes", "prefixes that are not declared", "characters that XML does not have", "`]]>` in a text"];

fn looser(text: &str, ours: &Document) -> Result<Option<&'static str>, String> {
    let Some(pieces) = pieces(text) else { return Ok(None) };
    for (place, rule) in STEPS.into_iter().enumerate() {
        let plain: String = pieces.iter().map(|piece| piece.without(place + 1)).collect();
        if let Ok(theirs) = Theirs::parse(&plain) {
            return compare(ours, &theirs).map(|()| Some(rule));
        }
    }
    Ok(None)
}

/// A part of a document as ours tells them apart.
#[derive(Clone, Copy, Debug)]
enum Piece<'a> {
    Declaration,
    Comment(&'a str),
    Section(&'a str),
    Tag(&'a str),
    Text(&'a str),
}

fn pieces(text: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut rest = text.trim_start_matches([' ', '\t', '\r', '\n']);
    if rest.starts_with("<?xml") {
        let (_, behind) = rest.split_once("?>")?;
        pieces.push(Piece::Declaration);
        rest = behind;
    }
    while !rest.is_empty() {
        let (piece, behind) = if let Some(inside) = rest.strip_prefix("<!--") {
            let (comment, behind) = inside.split_once("-->")?;
            (Piece::Comment(comment), behind)
        } else if let Some(inside) = rest.strip_prefix("<![CDATA[") {
            let (section, behind) = inside.split_once("]]>")?;
            (Piece::Section(section), behind)
        } else if let Some(inside) = rest.strip_prefix('<') {
            let (tag, behind) = inside.split_once('>')?;
            (Piece::Tag(tag), behind)
        } else {
            let (text, behind) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
            (Piece::Text(text), behind)
        };
        pieces.push(piece);
        rest = behind;
    }
    Some(pieces)
}

impl Piece<'_> {
    /// The piece without what the first so many steps take out.
    fn without(self, steps: usize) -> String {
        let plain = |text: &str| if steps >= 5 { text.chars().map(plain).collect() } else { text.to_owned() };
        match self {
            Piece::Declaration => String::new(),
            Piece::Comment(_) if steps >= 2 => String::new(),
            Piece::Comment(text) => format!("<!--{text}-->"),
            Piece::Section(text) => format!("<![CDATA[{}]]>", plain(text)),
            Piece::Tag(tag) if steps >= 3 => {
                let (end, tag) = tag.strip_prefix('/').map_or(("", tag), |tag| ("/", tag));
                let (empty, tag) = tag.strip_suffix('/').map_or(("", tag), |tag| ("/", tag));
                let name = name_of(tag);
                format!("<{end}{}{empty}>", if steps >= 4 { name.replace(':', "\u{B7}") } else { name.to_owned() })
            }
            Piece::Tag(tag) => format!("<{tag}>"),
            Piece::Text(text) => {
                let text = if steps >= 5 { without_references(&plain(text)) } else { text.to_owned() };
                if steps >= 6 { text.replace("]]>", "]]&gt;") } else { text }
            }
        }
    }
}

/// References to what XML does not have become what [`plain`] makes of the character.
fn without_references(text: &str) -> String {
    let mut parts = text.split("&#");
    let mut made = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, behind) = part.split_once(';').unwrap_or((part, ""));
        match referred(number).filter(|c| !is_xml(*c)) {
            Some(c) => made.extend([plain(c).to_string().as_str(), behind]),
            None => made.extend(["&#", part]),
        }
    }
    made
}

/// The character of a reference; `#` and `;` are off.
fn referred(number: &str) -> Option<char> {
    let code = number.strip_prefix('x').map_or_else(|| number.parse(), |digits| u32::from_str_radix(digits, 16));
    code.ok().and_then(char::from_u32)
}

fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

fn plain(c: char) -> char {
    if is_xml(c) { c } else { ' ' }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The comparison

/// Every path of theirs is what it is to ours: a leaf's text, a refusal where elements lie inside and where there are two.
fn compare(ours: &Document, theirs: &Theirs) -> Result<(), String> {
    let mut paths: BTreeMap<String, Vec<Node>> = BTreeMap::new();
    let mut walk = vec![(theirs.root_element(), String::new())];
    while let Some((element, above)) = walk.pop() {
        let name = local(element.tag_name().name());
        let path = if above.is_empty() { name.to_owned() } else { format!("{above}/{name}") };
        walk.extend(element.children().filter(Node::is_element).map(|child| (child, path.clone())));
        paths.entry(path).or_default().push(element);
    }
    for (path, elements) in &paths {
        let found = ours.each(path).len();
        if found != elements.len() {
            return Err(format!("{path} is there {} times, and ours finds {found}", elements.len()));
        }
        let leaf = ours.leaf(path);
        match (&elements[..], leaf) {
            ([element], Ok(text)) if !element.children().any(|child| child.is_element()) => {
                let theirs = text_of(*element);
                if text.map(told) != Some(told(&theirs)) {
                    return Err(format!("{path} is {theirs:?}, and {text:?} to ours"));
                }
            }
            ([element], Err(_)) if element.children().any(|child| child.is_element()) => {}
            ([_, _, ..], Err(_)) => {}
            (_, leaf) => return Err(format!("{path} is there {} times, and {leaf:?} to ours", elements.len())),
        }
    }
    Ok(())
}

/// Prefixes got a middle dot, which no name has that ours reads, where they are not declared.
fn local(name: &str) -> &str {
    name.rsplit_once('\u{B7}').map_or(name, |(_, local)| local)
}

fn text_of(element: Node) -> String {
    element.children().filter(Node::is_text).filter_map(|node| node.text()).collect()
}

/// The ends of lines are the standard's to choose; blanks around a text are nobody's.
fn told(text: &str) -> String {
    text.chars().map(plain).collect::<String>().replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

//! The XML of bank replies and requests.
//!
//! A reply is read into a flat list of elements that know their parents, and their texts into one text. There is no DTD, no entity but
//! the five predefined ones and character references, and an element that is asked for must occur once: a reply with two `Response`
//! elements has none.

use crate::error::{Error, Result, Why};
use crate::payment::Tells;
use crate::text::{Keep, Text, digits, joined, keep};
use crate::wire::{Cursor, LETTERS_AND_DIGITS, charset, first_of, is_same, malformed, split_last};
use alloc::string::String;
use alloc::vec::Vec;

const MAX_DEPTH: usize = 16;
/// A page of 500 transactions has half as many.
const MAX_ELEMENTS: usize = 32 * 1024;
/// What an element takes with its tags, on average, at least. `<Xid>1</Xid>` takes less, but never comes alone.
const LEAST_OF_AN_ELEMENT: usize = 16;
const MAX_NAME: usize = 64;
const BLANK: &[u8] = b" \t\r\n";

/// Above the outermost element.
const NONE: usize = usize::MAX;

/// A document's elements, in the order in which they begin.
#[derive(Debug)]
pub struct Document<'a> {
    source: &'a str,
    texts: Text,
    nodes: Vec<Node>,
    /// The mark of every node's name: what is sought is found eight nodes at a time.
    marks: Vec<u8>,
}

/// One of a document's elements.
#[derive(Clone, Copy, Debug)]
pub struct Element<'d> {
    document: &'d Document<'d>,
    node: usize,
}

#[derive(Debug)]
struct Node {
    /// Where its name stands in the source.
    name: Span,
    parent: usize,
    /// The first node that does not lie inside this one.
    end: usize,
    /// Where its text, and that of the elements inside it, stands in the texts.
    text: Span,
}

#[derive(Clone, Copy, Debug)]
struct Span {
    from: usize,
    to: usize,
}

impl Span {
    fn of(self, text: &str) -> &str {
        text.get(self.from..self.to).unwrap_or_default()
    }
}

impl<'a> Document<'a> {
    /// Reads a document; `root` is the name its outermost element must have.
    pub fn parse(bytes: &'a [u8], root: &str) -> Result<Document<'a>> {
        let source = charset::to_text(bytes);
        let room = MAX_ELEMENTS.min(64 + source.len() / LEAST_OF_AN_ELEMENT);
        let mut reader =
            Reader { cursor: Cursor::new(source), room, nodes: Vec::new(), marks: Vec::new(), texts: String::with_capacity(source.len()) };
        reader.document()?;
        let Reader { nodes, marks, texts, .. } = reader;
        let document = Document { source, texts: keep(texts), nodes, marks };
        match document.nodes.first() {
            Some(node) if local(node.name.of(source)) == root => Ok(document),
            _ => Err(malformed(Why::BrokenXml)),
        }
    }

    /// The text of the leaf at `path` (`CC5Response/Extra/HOSTMSG`), trimmed; `None` when nothing lies there. Two elements are refused,
    /// and one that holds others: a text that is damaged must not pass for one that was not told.
    pub fn leaf(&self, path: &str) -> Result<Option<&str>> {
        self.text(NONE, path)
    }

    /// The elements at `path`, however many there are.
    pub fn each<'d>(&'d self, path: &str) -> Vec<Element<'d>> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(node) = self.next_at(NONE, path, from) {
            found.push(Element { document: self, node });
            from = node + 1;
        }
        found
    }

    /// The only element at `path` below `top`.
    fn only(&self, top: usize, path: &str) -> Result<Option<usize>> {
        let from = if top == NONE { 0 } else { top + 1 };
        let Some(found) = self.next_at(top, path, from) else { return Ok(None) };
        if self.next_at(top, path, found + 1).is_some() {
            return Err(Error::new(Why::Twice, path.kept()));
        }
        Ok(Some(found))
    }

    /// The text of the only element at `path` below `top`.
    fn text(&self, top: usize, path: &str) -> Result<Option<&str>> {
        let Some(found) = self.only(top, path)? else { return Ok(None) };
        let leaf = self.nodes.get(found).filter(|node| node.end == found + 1);
        let Some(leaf) = leaf else { return Err(Error::new(Why::NotAsDocumented, path.kept())) };
        Ok(Some(leaf.text.of(self.texts).trim()))
    }

    /// The first element at `path` below `top`, from this one on.
    fn next_at(&self, top: usize, path: &str, mut from: usize) -> Option<usize> {
        let end = self.nodes.get(top).map_or(self.nodes.len(), |node| node.end);
        let marks = self.marks.get(..end)?;
        let (_, name) = split_last(path, b'/').unwrap_or(("", path));
        loop {
            from = first_of(&[mark(name)], marks, from);
            if from >= end || self.lies_at(from, top, path) {
                return (from < end).then_some(from);
            }
            from += 1;
        }
    }

    /// Whether the path that leads from `top` to `node` is this one. Read from its end, because nodes know their parents.
    fn lies_at(&self, node: usize, top: usize, path: &str) -> bool {
        let (mut node, mut rest) = (node, path.as_bytes());
        while let Some(here) = self.nodes.get(node) {
            let name = local(here.name.of(self.source)).as_bytes();
            let Some(start) = rest.len().checked_sub(name.len()) else { return false };
            if !rest.get(start..).is_some_and(|end| is_same(end, name)) {
                return false;
            }
            node = here.parent;
            if start == 0 {
                return node == top;
            }
            if rest.get(start - 1) != Some(&b'/') {
                return false;
            }
            rest = rest.get(..start - 1).unwrap_or_default();
        }
        false
    }
}

/// A name without its prefix, where documents with prefixes are read, because each answer may choose another one.
fn local(name: &str) -> &str {
    #[cfg(feature = "all")]
    let name = split_last(name, b':').map_or(name, |(_, local)| local);
    name
}

/// Names of other lengths or with other last letters have other marks, nearly always.
fn mark(name: &str) -> u8 {
    (name.len() as u8).wrapping_mul(37) ^ name.as_bytes().last().copied().unwrap_or_default()
}

impl<'d> Element<'d> {
    /// The text of the leaf at `path` inside this element, by the same rule as [`Document::leaf`].
    pub fn leaf(&self, path: &str) -> Result<Option<&'d str>> {
        self.document.text(self.node, path)
    }

    /// The element at `path` inside this one, whatever it holds; two are refused.
    #[cfg(feature = "all")]
    pub fn only(&self, path: &str) -> Result<Option<Element<'d>>> {
        Ok(self.document.only(self.node, path)?.map(|node| Element { document: self.document, node }))
    }
}

impl Tells for Element<'_> {
    fn told(&self, name: &'static str) -> Result<&str> {
        Ok(self.leaf(name)?.unwrap_or_default())
    }
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    /// How many elements there may be.
    room: usize,
    nodes: Vec<Node>,
    marks: Vec<u8>,
    texts: String,
}

impl<'a> Reader<'a> {
    /// The XML declaration, one element, and comments around it. A DOCTYPE is refused.
    fn document(&mut self) -> Result<()> {
        self.cursor.take("\u{FEFF}");
        self.cursor.skip(BLANK);
        if self.cursor.take("<?xml") {
            self.skip_past("?>")?;
        }
        self.skip_comments()?;
        self.element()?;
        self.skip_comments()?;
        if self.cursor.byte().is_some() { Err(malformed(Why::BrokenXml)) } else { Ok(()) }
    }

    /// The outermost element with all that lies in it. A loop, because no recursion may be bounded by input.
    fn element(&mut self) -> Result<()> {
        let (mut parent, mut depth) = (NONE, 0);
        loop {
            match self.cursor.rest() {
                [b'<', b'/', ..] => {
                    self.cursor.at += 2;
                    parent = self.close(parent)?;
                    depth -= 1;
                }
                [b'<', b'!', ..] if self.cursor.take("<!--") => self.skip_past("-->")?,
                [b'<', b'!', ..] if self.cursor.take("<![CDATA[") => {
                    let from = self.cursor.at;
                    self.skip_past("]]>")?;
                    let text = self.cursor.since(from);
                    self.texts.push_str(text.strip_suffix("]]>").unwrap_or(text));
                }
                [b'<', ..] => {
                    self.cursor.at += 1;
                    if self.nodes.len() == self.room || depth == MAX_DEPTH {
                        return Err(malformed(Why::TooManyParts));
                    }
                    if self.open(parent)? {
                        parent = self.nodes.len() - 1;
                        depth += 1;
                    }
                }
                _ => {
                    let text = self.cursor.until(b"<");
                    if self.cursor.byte().is_none() {
                        return Err(cut_off());
                    }
                    if !unescape(text, &mut self.texts, false) {
                        return Err(malformed(Why::BrokenXml));
                    }
                }
            }
            if depth == 0 {
                return if self.nodes.is_empty() { Err(malformed(Why::BrokenXml)) } else { Ok(()) };
            }
        }
    }

    /// `name attributes…>` or `name/>`; says whether it stays open. Attributes are stepped over: no bank puts a value there.
    fn open(&mut self, parent: usize) -> Result<bool> {
        let from = self.cursor.at;
        let name = self.name();
        let rest = if self.cursor.is_at(b">") { "" } else { self.cursor.until(b"<>") };
        let is_empty = rest.ends_with('/');
        let ends_well = matches!(rest.as_bytes(), [] | b"/" | [b' ' | b'\t' | b'\r' | b'\n', ..]);
        // Where a value is still open, this `>` is a part of it: what follows would be taken for a text.
        if !is_name(name) || !ends_well || !self.cursor.take_byte(b'>') || ends_in_quotes(rest) {
            return Err(malformed(Why::BrokenXml));
        }
        let (span, end, text) = (Span { from, to: from + name.len() }, self.nodes.len() + 1, self.texts.len());
        self.nodes.push(Node { name: span, parent, end, text: Span { from: text, to: text } });
        self.marks.push(mark(local(name)));
        Ok(!is_empty)
    }

    /// As much as a name can be made of.
    fn name(&mut self) -> &'a str {
        let from = self.cursor.at;
        while self.cursor.byte().is_some_and(|byte| LETTERS_AND_DIGITS[usize::from(byte)] || matches!(byte, b'_' | b'-' | b'.' | b':')) {
            self.cursor.at += 1;
        }
        self.cursor.since(from)
    }

    /// `name>`; the element that is open from now on.
    fn close(&mut self, node: usize) -> Result<usize> {
        let end = self.nodes.len();
        let Some(node) = self.nodes.get_mut(node) else { return Err(malformed(Why::BrokenXml)) };
        node.end = end;
        node.text.to = self.texts.len();
        let is_same = self.cursor.take(node.name.of(self.cursor.text));
        self.cursor.skip(BLANK);
        if is_same && self.cursor.take_byte(b'>') { Ok(node.parent) } else { Err(malformed(Why::BrokenXml)) }
    }

    fn skip_comments(&mut self) -> Result<()> {
        self.cursor.skip(BLANK);
        while self.cursor.take("<!--") {
            self.skip_past("-->")?;
            self.cursor.skip(BLANK);
        }
        Ok(())
    }

    fn skip_past(&mut self, end: &str) -> Result<()> {
        if self.cursor.skip_past(end) { Ok(()) } else { Err(cut_off()) }
    }
}

/// Whether a quotation mark in this tag has no partner.
fn ends_in_quotes(tag: &str) -> bool {
    let mut open = None;
    for byte in tag.bytes() {
        open = match (open, byte) {
            (None, b'"' | b'\'') => Some(byte),
            (Some(mark), _) if mark == byte => None,
            _ => open,
        };
    }
    open.is_some()
}

fn is_name(name: &str) -> bool {
    let starts_well = matches!(name.as_bytes(), [b'a'..=b'z' | b'A'..=b'Z' | b'_', ..]);
    starts_well && name.len() <= MAX_NAME
}

/// Adds `text` with its references resolved; false when there is one that XML does not know. In HTML, an ampersand stands for itself
/// where neither a name nor a number follows, and where `=` follows the name.
pub(super) fn unescape(text: &str, plain: &mut String, in_html: bool) -> bool {
    let mut cursor = Cursor::new(text);
    while let Some(byte) = cursor.byte() {
        if byte != b'&' {
            plain.push_str(cursor.until(b"&"));
            continue;
        }
        cursor.at += 1;
        let from = cursor.at;
        let is_number = cursor.take_byte(b'#');
        let is_name = cursor.byte().is_some_and(|byte| byte.is_ascii_alphabetic());
        while cursor.byte().is_some_and(|byte| LETTERS_AND_DIGITS[usize::from(byte)]) {
            cursor.at += 1;
        }
        let mut c = entity(cursor.since(from));
        if in_html && !is_number && (!is_name || cursor.is_at(b"=")) {
            (c, cursor.at) = (Some('&'), from);
        } else if !cursor.take_byte(b';') {
            return false;
        }
        let Some(c) = c else { return false };
        plain.push(c);
    }
    true
}

/// The character that stands between `&` and `;` as one of XML's five names or as a number.
fn entity(name: &str) -> Option<char> {
    let (digits, radix) = match name.as_bytes() {
        b"amp" => return Some('&'),
        b"lt" => return Some('<'),
        b"gt" => return Some('>'),
        b"quot" => return Some('"'),
        b"apos" => return Some('\''),
        [b'#', b'x', digits @ ..] => (digits, 16),
        [b'#', digits @ ..] => (digits, 10),
        _ => return None,
    };
    if !(1..=8).contains(&digits.len()) {
        return None;
    }
    let mut code = 0;
    for digit in digits {
        code = code * radix + char::from(*digit).to_digit(radix)?;
    }
    char::from_u32(code).filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'))
}

/// `text` as element content; everything outside printable ASCII becomes a character reference, so the request is ASCII on the wire.
pub fn escape(text: &str) -> &str {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'&' | b'<' | b'>')) {
        return text;
    }
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            ' '..='~' => escaped.push(c),
            other => escaped.push_str(joined(&["&#", digits(u32::from(other)), ";"])),
        }
    }
    keep(escaped)
}

/// Names and values.
pub type Leaves<'l, 'v> = &'l [(&'static str, &'v str)];

/// A request in the making, piece by piece. The names are our own; the values are escaped.
#[derive(Debug)]
pub struct Writer<'v> {
    pieces: Vec<&'v str>,
}

impl<'v> Writer<'v> {
    /// Begins with the XML declaration. Whatever encoding it names: what follows is ASCII, which all of them share.
    pub fn new(encoding: &'static str) -> Writer<'v> {
        let mut pieces = Vec::with_capacity(256);
        pieces.extend(["<?xml version=\"1.0\" encoding=\"", encoding, "\"?>"]);
        Writer { pieces }
    }

    /// Opens an element.
    pub fn open(&mut self, name: &'static str) {
        self.pieces.extend(["<", name, ">"]);
    }

    /// Closes it.
    pub fn close(&mut self, name: &'static str) {
        self.pieces.extend(["</", name, ">"]);
    }

    /// An element with a value.
    pub fn leaf(&mut self, name: &'static str, value: &'v str) {
        self.pieces.extend(["<", name, ">", escape(value), "</", name, ">"]);
    }

    /// Some of them.
    pub fn leaves(&mut self, leaves: Leaves<'_, 'v>) {
        for (name, value) in leaves {
            self.leaf(name, value);
        }
    }

    /// The request.
    pub fn finish(self) -> Text {
        joined(&self.pieces)
    }
}

#[cold]
#[inline(never)]
fn cut_off() -> Error {
    malformed(Why::CutOff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    fn parse(text: &str) -> Result<Document<'_>> {
        Document::parse(text.as_bytes(), "R")
    }

    #[test]
    fn leaves_by_path() {
        let xml = "<?xml version=\"1.0\" encoding=\"ISO-8859-9\"?>\n<!-- x --><R><A> 1 </A><E><A b=\"2\">&lt;&#351;&#x15f;</A><N/></E><C><![CDATA[<A>9</A>]]></C></R>\n";
        let document = parse(xml).unwrap();
        assert_eq!(document.leaf("R/A").unwrap(), Some("1"));
        assert_eq!(document.leaf("R/E/A").unwrap(), Some("<şş"));
        assert_eq!(document.leaf("R/E/N").unwrap(), Some(""));
        assert_eq!(document.leaf("R/C").unwrap(), Some("<A>9</A>"));
        assert_eq!(document.leaf("A").unwrap(), None);
    }

    #[test]
    fn an_element_that_holds_others_is_no_text() {
        let document = parse("<R><A>1<B/></A><C><D>2</D></C></R>").unwrap();
        for path in ["R", "R/A", "R/C"] {
            let refusal = document.leaf(path).unwrap_err();
            assert_eq!((refusal.code(), refusal.field), (Code::Malformed, path));
        }
        assert_eq!((document.leaf("R/A/B").unwrap(), document.leaf("R/C/D").unwrap()), (Some(""), Some("2")));
    }

    #[test]
    fn a_decisive_element_occurs_once() {
        let document = parse("<R><A>1</A><A>2</A><B>3</B></R>").unwrap();
        assert_eq!(document.leaf("R/A").unwrap_err().code(), Code::DuplicateField);
        assert_eq!(document.leaf("R/B").unwrap(), Some("3"));
    }

    #[test]
    fn a_path_with_two_elements_is_refused_wherever_they_lie() {
        for twice in [
            "<R><E><A>1</A></E><E><A>2</A></E></R>",
            "<R><E><A>1</A><A/></E></R>",
            "<R><E><A>1</A><A><B/></A></E></R>",
            "<R><E><A><B/></A><A>1</A></E></R>",
            "<R><E><A>1</A></E><N/><E>x<A><![CDATA[]]></A></E></R>",
        ] {
            assert_eq!(parse(twice).unwrap().leaf("R/E/A").unwrap_err().code(), Code::DuplicateField, "{twice}");
        }
        let elsewhere = "<R><A>1</A><E><A>2</A></E><RE><A>3</A></RE><E.E><E><A>4</A></E></E.E></R>";
        assert_eq!(parse(elsewhere).unwrap().leaf("R/E/A").unwrap(), Some("2"));
        for path in ["", "/", "/R/A", "R/A/", "R//A", "E/A", "r/a", "R/E/A/1", "xR/A"] {
            assert_eq!(parse(elsewhere).unwrap().leaf(path).unwrap(), None, "{path}");
        }
    }

    #[test]
    fn a_text_is_one_however_it_is_written() {
        for text in [
            "a<![CDATA[b & ]]>c",
            "<![CDATA[a]]>b &amp; c",
            "a<!-- & -->b<!--<A>--> &#38; c",
            " \n<!---->ab &#x26; c\t",
            "<![CDATA[]]>ab <![CDATA[&]]> c",
            "a<![CDATA[]]>b &amp;<!-- x --> c",
        ] {
            let xml = format!("<R> <E>&lt;<A>{text}</A>&gt;</E><E2>&amp;</E2></R>");
            let document = parse(&xml).unwrap();
            assert_eq!(document.leaf("R/E/A").unwrap(), Some("ab & c"), "{text}");
            assert_eq!(document.leaf("R/E2").unwrap(), Some("&"), "{text}");
        }
    }

    const LIST: &str = "<R><List><Txn><Id>1</Id><Sum><Kurus>5</Kurus></Sum></Txn><Count>3</Count>\
        <Txn><Id>2</Id><Id>2</Id><Sum><Kurus>6</Kurus></Sum><Sum/></Txn><Txn/></List><Txn><Id>9</Id></Txn><Id>8</Id></R>";

    #[test]
    fn repeated_elements_are_read_one_by_one() {
        let document = parse(LIST).unwrap();
        let [first, second, third] = document.each("R/List/Txn")[..] else { panic!("there are three") };
        assert_eq!(first.leaf("Id").unwrap(), Some("1"));
        assert_eq!(first.leaf("Sum/Kurus").unwrap(), Some("5"));
        assert_eq!(second.leaf("Id").unwrap_err().code(), Code::DuplicateField);
        assert_eq!(second.leaf("Sum/Kurus").unwrap(), Some("6"));
        assert_eq!(second.leaf("Sum").unwrap_err().code(), Code::DuplicateField);
        for path in ["Id", "Sum", "", "Txn/Id", "List/Txn/Id", "R/Id"] {
            assert_eq!(third.leaf(path).unwrap(), None, "{path}");
        }
        assert_eq!(first.leaf("Sum").unwrap_err().code(), Code::Malformed, "not a leaf");
        assert!(first.only("Sum").unwrap().is_some_and(|sum| sum.leaf("Kurus").unwrap() == Some("5")));
        assert!(third.only("Sum").unwrap().is_none());
        assert_eq!(second.only("Sum").unwrap_err().code(), Code::DuplicateField);
        assert_eq!(document.leaf("R/List/Count").unwrap(), Some("3"));
        assert_eq!(document.leaf("R/List/Txn/Id").unwrap_err().code(), Code::DuplicateField);
        assert_eq!(document.leaf("R/Txn/Id").unwrap(), Some("9"));
        assert_eq!(document.each("R/Txn").len(), 1);
        assert_eq!(document.each("R/Nothing").len(), 0);
    }

    #[test]
    fn what_is_found_outlives_the_element() {
        let document = parse(LIST).unwrap();
        let ids: Vec<Option<&str>> = document.each("R/Txn").into_iter().map(|txn| txn.leaf("Id").unwrap()).collect();
        assert_eq!(ids, [Some("9")]);
    }

    #[test]
    fn latin5_replies_are_read() {
        let document = Document::parse(b"<R><A>Yetersiz bakiye, l\xFCtfen \xDEubeye</A></R>", "R").unwrap();
        assert_eq!(document.leaf("R/A").unwrap(), Some("Yetersiz bakiye, lütfen Şubeye"));
    }

    #[test]
    fn what_is_not_this_xml_is_refused() {
        let deep = "<R>".repeat(17);
        for wrong in [
            "",
            "hello",
            "<html><body>Error</body></html>",
            "<R>",
            "<R><A>1</A>",
            "<R><A>1</B></R>",
            "</R>",
            "<R></R><R></R>",
            "<R/>x",
            "x<R/>",
            "<!DOCTYPE R [<!ENTITY a \"b\">]><R>&a;</R>",
            "<R>&a;</R>",
            "<R>&#0;</R>",
            "<R>&#xD800;</R>",
            "<R>&#x;</R>",
            "<R>&amp</R>",
            "<R><A",
            "<R><1A/></R>",
            "<R><![CDATA[x</R>",
            "<R><!-- x</R>",
            "<R><A <B/></R>",
            "<R><A b=\"x>y\">1</A></R>",
            "<R><A b='\">1</A></R>",
            deep.as_str(),
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_limits() {
        // 800 bytes have room for 114 elements; no body has room for more than 32 768.
        let many = |count: usize, length: usize| {
            let elements = format!("<R>{}</R>", "<A/>".repeat(count - 1));
            [elements.as_str(), &" ".repeat(length - elements.len())].concat()
        };
        for (most, length) in [(114, 800), (114, 815), (115, 816), (32_768, 1 << 20)] {
            assert_eq!(parse(&many(most, length)).unwrap().each("R/A").len(), most - 1);
            assert!(matches!(parse(&many(most + 1, length)).unwrap_err().why, Why::TooManyParts));
        }
        let deep = |depth: usize| format!("{}{}", "<R>".repeat(depth), "</R>".repeat(depth));
        assert_eq!(parse(&deep(16)).unwrap().leaf(&["R"; 16].join("/")).unwrap(), Some(""));
        assert!(parse(&deep(17)).is_err());
        assert!(parse(&format!("{}<A/>{}", "<R>".repeat(16), "</R>".repeat(16))).is_err());
        let named = |length: usize| format!("<R><{0}/></R>", "n".repeat(length));
        assert!(parse(&named(64)).is_ok());
        assert!(parse(&named(65)).is_err());
    }

    #[test]
    fn a_cut_off_reply_is_refused_wherever_it_is_cut() {
        let whole = "\u{FEFF}<?xml version=\"1.0\"?><!-- ş --><R a='1'>x&amp;<A>1</A ><![CDATA[ş]]><B b=\"2\" /></R>";
        assert!(parse(whole).is_ok());
        for end in 0..whole.len() {
            assert!(Document::parse(&whole.as_bytes()[..end], "R").is_err(), "{end}");
        }
    }

    #[test]
    fn what_it_writes_it_reads() {
        let text = "Çağrı & <Şimşek> \"x\" ]]> 😀";
        let escaped = escape(text);
        assert!(escaped.is_ascii());
        assert_eq!(parse(&format!("<R><A>{escaped}</A></R>")).unwrap().leaf("R/A").unwrap(), Some(text));
        assert_eq!(escape("\t~\u{7f}\u{a0}ş\u{10FFFF}"), "&#9;~&#127;&#160;&#351;&#1114111;");

        let mut writer = Writer::new("ISO-8859-9");
        writer.open("R");
        writer.leaf("A", text);
        writer.open("E");
        writer.leaf("N", "");
        writer.close("E");
        writer.close("R");
        let request = writer.finish();
        assert!(request.is_ascii());
        assert!(request.starts_with("<?xml version=\"1.0\" encoding=\"ISO-8859-9\"?><R><A>") && request.ends_with("</A><E><N></N></E></R>"));
        let document = parse(request).unwrap();
        assert_eq!(document.leaf("R/A").unwrap(), Some(text));
        assert_eq!(document.leaf("R/E/N").unwrap(), Some(""));
    }
}

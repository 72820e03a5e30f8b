//! The XML of bank replies and requests.
//!
//! A reply is read into a flat list of elements that know their parents, and their texts into one text. There is no DTD, no entity but
//! the five predefined ones and character references, and an element that is asked for must occur once: a reply with two `Response`
//! elements has none.

use crate::error::{Error, Result, Why};
use crate::payment::Tells;
use crate::text::{Keep, Text, digits, keep};
use crate::wire::{Cursor, charset, is_made_of, is_same, malformed, split_last};
use alloc::string::String;
use alloc::vec::Vec;

const MAX_DEPTH: usize = 16;
/// A page of 500 transactions has half as many.
const MAX_ELEMENTS: usize = 32 * 1024;
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
        let mut reader = Reader { cursor: Cursor::new(source), nodes: Vec::new(), texts: String::with_capacity(source.len()) };
        reader.document()?;
        let Reader { nodes, texts, .. } = reader;
        let document = Document { source, texts: keep(texts), nodes };
        match document.nodes.first() {
            Some(node) if document.name(node) == root => Ok(document),
            _ => Err(malformed(Why::BrokenXml)),
        }
    }

    /// The text of the leaf at `path` (`CC5Response/Extra/HOSTMSG`), trimmed; `None` when there is none, refused when two elements
    /// lie there.
    pub fn leaf(&self, path: &str) -> Result<Option<&str>> {
        self.only(NONE, path)
    }

    /// The elements at `path`, however many there are.
    pub fn each<'d>(&'d self, path: &str) -> Vec<Element<'d>> {
        let mut found = Vec::new();
        for node in 0..self.nodes.len() {
            if self.lies_at(node, NONE, path) {
                found.push(Element { document: self, node });
            }
        }
        found
    }

    /// The text of the only element at `path` below `top`.
    fn only(&self, top: usize, path: &str) -> Result<Option<&str>> {
        let (from, to) = self.nodes.get(top).map_or((0, self.nodes.len()), |node| (top, node.end));
        let mut found = None;
        let (_, name) = split_last(path, b'/').unwrap_or(("", path));
        for (place, node) in self.nodes.get(from..to).unwrap_or_default().iter().enumerate() {
            let node_at = from + place;
            // Its length settles it for nearly every element.
            if self.name(node).len() == name.len() && self.lies_at(node_at, top, path) {
                if found.is_some() {
                    return Err(Error::new(Why::Twice, path.kept()));
                }
                found = Some(node_at);
            }
        }
        let Some(place) = found else { return Ok(None) };
        let leaf = self.nodes.get(place).filter(|node| node.end == place + 1);
        Ok(leaf.map(|node| node.text.of(self.texts).trim()))
    }

    /// Whether the path that leads from `top` to `node` is this one. Read from its end, because nodes know their parents.
    fn lies_at(&self, node: usize, top: usize, path: &str) -> bool {
        let (mut node, mut rest) = (node, path.as_bytes());
        while let Some(here) = self.nodes.get(node) {
            let name = self.name(here).as_bytes();
            let Some(start) = rest.len().checked_sub(name.len()) else { return false };
            // Lengths and last letters differ most often.
            if rest.last() != name.last() || !rest.get(start..).is_some_and(|end| is_same(end, name)) {
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

    /// Its name; without the prefix, where documents with prefixes are read, because each answer may choose another one.
    fn name(&self, node: &Node) -> &str {
        let name = node.name.of(self.source);
        #[cfg(feature = "all")]
        let name = super::split_last(name, b':').map_or(name, |(_, local)| local);
        name
    }
}

impl<'d> Element<'d> {
    /// The text of the leaf at `path` inside this element, by the same rule as [`Document::leaf`].
    pub fn leaf(&self, path: &str) -> Result<Option<&'d str>> {
        self.document.only(self.node, path)
    }
}

impl Tells for Element<'_> {
    fn told(&self, name: &'static str) -> Result<&str> {
        Ok(self.leaf(name)?.unwrap_or_default())
    }
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    nodes: Vec<Node>,
    texts: String,
}

impl Reader<'_> {
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
                    if self.nodes.len() == MAX_ELEMENTS || depth == MAX_DEPTH {
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
        let tag = self.cursor.until(b"<>");
        // Where a value is still open, this `>` is a part of it: what follows would be taken for a text.
        if !self.cursor.take(">") || ends_in_quotes(tag) {
            return Err(malformed(Why::BrokenXml));
        }
        let opened = tag.strip_suffix('/');
        let name = Cursor::new(opened.unwrap_or(tag)).until(BLANK);
        if !is_name(name) {
            return Err(malformed(Why::BrokenXml));
        }
        let (name, end, text) = (Span { from, to: from + name.len() }, self.nodes.len() + 1, self.texts.len());
        self.nodes.push(Node { name, parent, end, text: Span { from: text, to: text } });
        Ok(opened.is_none())
    }

    /// `name>`; the element that is open from now on.
    fn close(&mut self, node: usize) -> Result<usize> {
        let end = self.nodes.len();
        let Some(node) = self.nodes.get_mut(node) else { return Err(malformed(Why::BrokenXml)) };
        node.end = end;
        node.text.to = self.texts.len();
        let is_same = self.cursor.take(node.name.of(self.cursor.text));
        self.cursor.skip(BLANK);
        if is_same && self.cursor.take(">") { Ok(node.parent) } else { Err(malformed(Why::BrokenXml)) }
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
    starts_well && name.len() <= MAX_NAME && is_made_of(name, b"_-.:")
}

/// Adds `text` with its references resolved; false when there is one that XML does not know. In HTML, an ampersand stands for itself
/// where neither a name nor a number follows, and where `=` follows the name.
pub(super) fn unescape(text: &str, plain: &mut String, in_html: bool) -> bool {
    let mut cursor = Cursor::new(text);
    loop {
        plain.push_str(cursor.until(b"&"));
        if cursor.at == text.len() {
            return true;
        }
        cursor.at += 1;
        let from = cursor.at;
        let is_number = cursor.take("#");
        let is_name = cursor.byte().is_some_and(|byte| byte.is_ascii_alphabetic());
        while cursor.byte().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
            cursor.at += 1;
        }
        let mut c = entity(cursor.since(from));
        if in_html && !is_number && (!is_name || cursor.is_at(b"=")) {
            (c, cursor.at) = (Some('&'), from);
        } else if !cursor.take(";") {
            return false;
        }
        let Some(c) = c else { return false };
        plain.push(c);
    }
}

/// The character that stands between `&` and `;` as one of XML's five names or as a number.
fn entity(name: &str) -> Option<char> {
    let Some(number) = name.strip_prefix('#') else {
        let names = [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\'')];
        return names.into_iter().find(|(known, _)| *known == name).map(|(_, c)| c);
    };
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
    if digits.is_empty() || digits.len() > 8 {
        return None;
    }
    let mut code = 0;
    for digit in digits.chars() {
        code = code * radix + digit.to_digit(radix)?;
    }
    char::from_u32(code).filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'))
}

/// `text` as element content; everything outside printable ASCII becomes a character reference, so the request is ASCII on the wire.
pub fn escape(text: &str) -> Text {
    let mut escaped = String::with_capacity(text.len());
    push_escaped(&mut escaped, text);
    keep(escaped)
}

fn push_escaped(escaped: &mut String, text: &str) {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'&' | b'<' | b'>')) {
        return escaped.push_str(text);
    }
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            ' '..='~' => escaped.push(c),
            other => {
                escaped.push_str("&#");
                escaped.push_str(digits(u32::from(other)));
                escaped.push(';');
            }
        }
    }
}

/// A request in the making. The names are our own; the values are escaped.
#[derive(Debug)]
pub struct Writer {
    text: String,
}

impl Writer {
    /// Begins with the XML declaration. Whatever encoding it names: what follows is ASCII, which all of them share.
    pub fn new(encoding: &'static str) -> Writer {
        let mut writer = Writer { text: String::with_capacity(1024) };
        writer.push(&["<?xml version=\"1.0\" encoding=\"", encoding, "\"?>"]);
        writer
    }

    /// Opens an element.
    pub fn open(&mut self, name: &'static str) {
        self.push(&["<", name, ">"]);
    }

    /// Closes it.
    pub fn close(&mut self, name: &'static str) {
        self.push(&["</", name, ">"]);
    }

    /// An element with a value.
    pub fn leaf(&mut self, name: &'static str, value: &str) {
        self.open(name);
        push_escaped(&mut self.text, value);
        self.close(name);
    }

    /// The request.
    pub fn finish(self) -> Text {
        keep(self.text)
    }

    fn push(&mut self, pieces: &[&str]) {
        for piece in pieces {
            self.text.push_str(piece);
        }
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
        assert_eq!(document.leaf("R/E").unwrap(), None);
        assert_eq!(document.leaf("A").unwrap(), None);
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
        for path in ["", "/", "/R/A", "R/A/", "R//A", "R/E", "E/A", "r/a", "R/E/A/1", "xR/A"] {
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
        assert_eq!(first.leaf("Sum").unwrap(), None, "not a leaf");
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
        let many = |count: usize| format!("<R>{}</R>", "<A/>".repeat(count - 1));
        assert_eq!(parse(&many(32_768)).unwrap().each("R/A").len(), 32_767);
        assert_eq!(parse(&many(32_769)).unwrap_err().code(), Code::Malformed);
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

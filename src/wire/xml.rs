//! The XML of bank replies and requests.
//!
//! A reply is read into a flat list of leaf elements with their paths. There is no DTD, no entity but the five predefined ones and
//! character references, and an element that is asked for must occur once: a reply with two `Response` elements has none.

use crate::error::{Code, Error, Result};
use crate::wire::charset;

const MAX_DEPTH: usize = 16;
const MAX_ELEMENTS: usize = 4096;
/// Every leaf repeats the names above it, so an endless name would cost its length times the leaves.
const MAX_NAME: usize = 64;

/// A document's leaf elements.
#[derive(Debug)]
pub struct Document {
    leaves: Vec<(String, String)>,
}

impl Document {
    /// Reads a document; `root` is the name its outermost element must have.
    pub fn parse(bytes: &[u8], root: &str) -> Result<Document> {
        let text = charset::to_text(bytes);
        let mut reader = Reader { rest: text.strip_prefix('\u{FEFF}').unwrap_or(&text) };
        reader.prolog()?;
        let leaves = reader.elements()?;
        if leaves.iter().any(|(path, _)| path != root && !path.strip_prefix(root).is_some_and(|below| below.starts_with('/'))) {
            return Err(malformed("the bank's reply has another outermost element than its document describes"));
        }
        Ok(Document { leaves })
    }

    /// The text of the leaf at `path` (`CC5Response/Extra/HOSTMSG`), trimmed; `None` when there is none, refused when there are two.
    pub fn leaf(&self, path: &str) -> Result<Option<&str>> {
        let mut found = self.leaves.iter().filter(|(at, _)| at == path);
        let first = found.next().map(|(_, text)| text.trim());
        match found.next() {
            Some(_) => Err(Error::new(Code::DuplicateField, path.to_owned(), "this element occurs twice in the bank's reply")),
            None => Ok(first),
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// White space, comments and the XML declaration before the outermost element. A DOCTYPE is refused.
    fn prolog(&mut self) -> Result<()> {
        self.rest = self.rest.trim_start();
        if self.rest.starts_with("<?xml") {
            self.skip_past("?>")?;
        }
        self.misc()
    }

    fn misc(&mut self) -> Result<()> {
        self.rest = self.rest.trim_start();
        while self.rest.starts_with("<!--") {
            self.skip_past("-->")?;
            self.rest = self.rest.trim_start();
        }
        Ok(())
    }

    fn elements(&mut self) -> Result<Vec<(String, String)>> {
        let mut leaves: Vec<(String, String)> = Vec::new();
        let mut open: Vec<Open<'a>> = Vec::new();
        let mut seen = 0;
        loop {
            if self.rest.starts_with("</") {
                let element = open.pop().ok_or_else(|| malformed("an element is closed that was not opened"))?;
                self.close(element.name)?;
                if element.is_leaf {
                    leaves.push((path_of(&open, element.name), element.text));
                }
            } else if self.rest.starts_with("<!--") {
                self.skip_past("-->")?;
            } else if let Some(rest) = self.rest.strip_prefix("<![CDATA[") {
                let (text, after) = rest.split_once("]]>").ok_or_else(|| malformed("a CDATA section does not end"))?;
                self.rest = after;
                push_text(&mut open, text)?;
            } else if self.rest.starts_with('<') {
                seen += 1;
                if seen > MAX_ELEMENTS || open.len() == MAX_DEPTH {
                    return Err(malformed("the bank's reply has more elements than its document describes"));
                }
                let (name, is_empty) = self.open()?;
                if let Some(parent) = open.last_mut() {
                    parent.is_leaf = false;
                }
                if is_empty {
                    leaves.push((path_of(&open, name), String::new()));
                } else {
                    open.push(Open { name, text: String::new(), is_leaf: true });
                }
            } else {
                let end = self.rest.find('<').ok_or_else(|| malformed("the bank's reply is cut off"))?;
                let (text, after) = self.rest.split_at(end);
                self.rest = after;
                push_text(&mut open, &unescape(text)?)?;
            }
            if open.is_empty() {
                self.misc()?;
                return if self.rest.is_empty() { Ok(leaves) } else { Err(malformed("something follows the outermost element")) };
            }
        }
    }

    /// `<name attributes…>` or `<name/>`. Attributes are stepped over: no bank puts a value there.
    fn open(&mut self) -> Result<(&'a str, bool)> {
        let inside = &self.rest[1..];
        let end = inside.find(['>', '<']).filter(|&end| inside[end..].starts_with('>'));
        let end = end.ok_or_else(|| malformed("a tag of the bank's reply does not end"))?;
        let (tag, is_empty) = match inside[..end].strip_suffix('/') {
            Some(tag) => (tag, true),
            None => (&inside[..end], false),
        };
        let name = tag.split([' ', '\t', '\r', '\n']).next().unwrap_or_default();
        self.rest = &inside[end + 1..];
        Ok((element_name(name)?, is_empty))
    }

    fn close(&mut self, name: &str) -> Result<()> {
        let after = self.rest[2..].strip_prefix(name).map(str::trim_start).and_then(|rest| rest.strip_prefix('>'));
        self.rest = after.ok_or_else(|| malformed("the tags of the bank's reply do not match"))?;
        Ok(())
    }

    fn skip_past(&mut self, end: &str) -> Result<()> {
        let (_, after) = self.rest.split_once(end).ok_or_else(|| malformed("the bank's reply is cut off"))?;
        self.rest = after;
        Ok(())
    }
}

struct Open<'a> {
    name: &'a str,
    text: String,
    is_leaf: bool,
}

fn push_text(open: &mut [Open], text: &str) -> Result<()> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None => return Err(malformed("the bank's reply is not XML")),
    }
    Ok(())
}

fn path_of(open: &[Open], name: &str) -> String {
    let mut path = String::new();
    for element in open {
        path.push_str(element.name);
        path.push('/');
    }
    path.push_str(name);
    path
}

fn element_name(name: &str) -> Result<&str> {
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let goes_on_well = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':'));
    if starts_well && goes_on_well && name.len() <= MAX_NAME { Ok(name) } else { Err(malformed("the bank's reply is not XML")) }
}

fn unescape(text: &str) -> Result<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let (name, after) = after.split_once(';').ok_or_else(|| malformed("an ampersand in the bank's reply starts no entity"))?;
        plain.push(entity(name).ok_or_else(|| malformed("the bank's reply uses an entity that XML does not define"))?);
        rest = after;
    }
    plain.push_str(rest);
    Ok(plain)
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
            let plain = !digits.is_empty() && digits.len() <= 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let code = plain.then(|| u32::from_str_radix(digits, radix).ok()).flatten()?;
            char::from_u32(code).filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'))
        }
    }
}

/// `text` as element content; everything outside printable ASCII becomes a character reference, so the request is ASCII on the wire.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            ' '..='~' => escaped.push(c),
            other => escaped.push_str(&format!("&#{};", u32::from(other))),
        }
    }
    escaped
}

fn malformed(message: &'static str) -> Error {
    Error::new(Code::Malformed, "", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Document> {
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
        assert_eq!(document.leaf("R/A").unwrap_err().code, Code::DuplicateField);
        assert_eq!(document.leaf("R/B").unwrap(), Some("3"));
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
            deep.as_str(),
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        let many = format!("<R>{}</R>", "<A/>".repeat(5000));
        assert!(parse(&many).is_err());
    }

    #[test]
    fn what_it_writes_it_reads() {
        let text = "Çağrı & <Şimşek> \"x\" ]]> 😀";
        let escaped = escape(text);
        assert!(escaped.is_ascii());
        assert_eq!(parse(&format!("<R><A>{escaped}</A></R>")).unwrap().leaf("R/A").unwrap(), Some(text));
    }
}

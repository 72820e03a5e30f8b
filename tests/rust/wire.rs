//! The readers of bodies, byte by byte, where no callback shows the difference.

use velopos::error::Code;
use velopos::wire::form::Form;
use velopos::wire::json::{Object, Value};
use velopos::wire::xml::Document;

#[test]
fn no_control_character_stands_in_a_form_unencoded() {
    for byte in (0..0x20).chain([0x7F]) {
        let mut body = [b"a=1", &[byte][..], b"2"].concat();
        assert_eq!(Form::parse(&mut body).expect_err("no browser writes it").code(), Code::Malformed, "{byte}");
    }
    for byte in [0x20, 0x21, 0x7E, 0x80, 0xDD, 0xFF] {
        let mut body = [b"a=1", &[byte][..], b"2"].concat();
        assert_eq!(Form::parse(&mut body).expect("a form").value("a"), Some(&[b'1', byte, b'2'][..]), "{byte}");
    }
}

#[test]
fn what_is_no_object_is_refused_and_nothing_is_an_empty_one() {
    let object = Object::parse(r#"{"a":[{"x":1}],"b":{"x":2},"c":"{}","d":null,"f":1}"#).expect("an object");
    for (name, expected) in [("b", Some(&Value::Number("2"))), ("d", None), ("e", None)] {
        assert_eq!(object.inner(name).expect("an object, or nothing").value("x"), expected, "{name}");
    }
    for name in ["a", "c", "f"] {
        let refused = object.inner(name).expect_err("something else");
        assert_eq!((refused.code(), refused.field), (Code::Malformed, name), "{name}");
    }
}

#[test]
fn every_escape_of_a_json_text() {
    let read = |written: &str| {
        let text = format!(r#"{{"a":"x{written}y"}}"#);
        Object::parse(&text).map(|object| object.scalar("a").expect("a text").unwrap_or_default().to_owned()).map_err(|error| error.code())
    };
    for (written, c) in [
        (r#"\""#, '"'),
        (r"\\", '\\'),
        (r"\/", '/'),
        (r"\b", '\u{8}'),
        (r"\f", '\u{C}'),
        (r"\n", '\n'),
        (r"\r", '\r'),
        (r"\t", '\t'),
        (r"\u0041", 'A'),
        (r"\u015e", 'Ş'),
        (r"\u015E", 'Ş'),
        (r"\uFFFD", '\u{FFFD}'),
        (r"\ud83d\ude00", '😀'),
        (r"\uD800\uDC00", '\u{10000}'),
        (r"\uDBFF\uDFFF", '\u{10FFFF}'),
        (r"\uD834\uDD1E", '\u{1D11E}'),
    ] {
        assert_eq!(read(written), Ok(format!("x{c}y")), "{written}");
    }
    for wrong in [
        r"\u0000",
        r"\u12",
        r"\u12g4",
        r"\U0041",
        r"\x",
        r"\ud83d",
        r"\ude00",
        r"\ude00\ud83d",
        r"\ud83d\ud83d",
        r"\ud83d\u0041",
        r"\ud83d/ude00",
        r"\ud83d\nde00",
        r"\ud83dxude00",
    ] {
        assert_eq!(read(wrong), Err(Code::Malformed), "{wrong}");
    }
}

#[test]
fn what_lies_deeper_is_read_to_the_letter_before_it_is_asked_for() {
    let object = |inside: &str| Object::parse(&format!(r#"{{"a":{{"b":"x{inside}y","c":[1]}}}}"#)).map(drop).map_err(|error| error.code());
    for fine in [r"\\", r"\/", r"\u0041", r"\ud83d\ude00", r"\n\t", "ş"] {
        assert_eq!(object(fine), Ok(()), "{fine}");
    }
    for wrong in [r"\x", r"\u12", r"\u0000", r"\ud83d", r"\n\x", "\\", "\\\\\\", "\\\n"] {
        assert_eq!(object(wrong), Err(Code::Malformed), "{wrong}");
    }
}

#[test]
fn the_brackets_of_what_lies_deeper_match_to_the_sixteenth() {
    let nested = |open: &str, close: &str, times: usize| format!(r#"{{"a":{}1{}}}"#, open.repeat(times), close.repeat(times));
    for (open, close) in [("[", "]"), (r#"{"b":"#, "}")] {
        assert!(Object::parse(&nested(open, close, 16)).is_ok(), "{open}");
        assert!(Object::parse(&nested(open, close, 17)).is_err(), "{open}");
    }
    for wrong in [r#"{"a":[1}}"#, r#"{"a":{"b":1]}"#, r#"{"a":[{"b":1]]}"#, r#"{"a":{"b":[1}}}"#, r#"{"a":[[1]}"#] {
        assert!(Object::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn an_empty_element_is_there_however_it_is_written() {
    for xml in ["<r><a></a><b>1</b></r>", "<r><a/><b>1</b></r>", "<r><a x='1' /><b>1</b></r>"] {
        let document = Document::parse(xml.as_bytes(), "r").expect("a document");
        assert_eq!(["r/a", "r/b", "r/c"].map(|path| document.leaf(path).expect("one at most")), [Some(""), Some("1"), None], "{xml}");
    }
}

#[test]
fn the_brackets_and_quotation_marks_of_a_tag() {
    let nested = |times: usize| format!("{}1{}", "<r>".repeat(times), "</r>".repeat(times));
    assert!(Document::parse(nested(16).as_bytes(), "r").is_ok());
    for wrong in [nested(17).as_str(), "<r><a", "<r><a<b></a></r>", "<r><a x=\"></a></r>", "<r><a x='>'></a></r>", "<r><a x='\"'></a>", "<r/><r/>"] {
        assert!(Document::parse(wrong.as_bytes(), "r").is_err(), "{wrong}");
    }
    let many = |count: usize| format!("<r>{}</r>", "<a>123456789</a>".repeat(count));
    assert!(Document::parse(many(32_767).as_bytes(), "r").is_ok());
    assert!(Document::parse(many(32_768).as_bytes(), "r").is_err());
}

#[test]
fn what_is_written_into_xml_is_read_as_it_was() {
    for text in ["&", "<", ">", "&<>", "a&b", "ş", "\"'", "x ~", ""] {
        let written = velopos::wire::xml::escape(text);
        assert!(written.is_ascii() && !written.contains(['<', '>']), "{written}");
        let xml = format!("<r>{written}</r>");
        let document = Document::parse(xml.as_bytes(), "r").expect("a document");
        assert_eq!(document.leaf("r").expect("one"), Some(text), "{written}");
    }
}

#[test]
fn the_references_of_xml() {
    let read = |written: &str| {
        let xml = format!("<r>x{written}y</r>");
        let document = Document::parse(xml.as_bytes(), "r").map_err(|error| error.code())?;
        Ok(document.leaf("r").expect("one").unwrap_or_default().to_owned())
    };
    for (written, c) in [
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
        ("&apos;", '\''),
        ("&#65;", 'A'),
        ("&#x41;", 'A'),
        ("&#00000065;", 'A'),
        ("&#x0010FFFF;", '\u{10FFFF}'),
        ("&#9;", '\t'),
    ] {
        assert_eq!(read(written), Ok(format!("x{c}y")), "{written}");
    }
    for wrong in ["&", "&;", "& ", "&a=b;", "&nbsp;", "&amp", "&#;", "&#x;", "&#a;", "&#000000065;", "&#x110000;", "&#0;", "&#27;", "&#xD800;"] {
        assert_eq!(read(wrong), Err(Code::Malformed), "{wrong}");
    }
}

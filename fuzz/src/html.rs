//! Pages that forward a browser. With the feature `browser`, beside `html5ever`, which is what Servo reads pages with: what ours would post must
//! be what a browser posts.

use crate::memory::in_proportion;
use std::collections::HashSet;
use velopos::wire::html::{PostForm, check_action, single_form};

/// Reduces a page to its form.
pub fn check(data: &[u8]) {
    for loopback in [false, true] {
        let address = String::from_utf8_lossy(data);
        if check_action(&address, loopback).is_ok() {
            assert!(address.starts_with("https://") || loopback && address.starts_with("http://"), "{address}");
            assert!(address.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>\\^`{|}#".contains(&byte) || byte == b'\''), "{address}");
            let authority = address.split('/').nth(2).unwrap_or_default();
            assert!(!authority.contains('@'), "{address}");
        }
    }
    let Ok(form) = in_proportion(data.len(), || single_form(data)) else { return };
    assert!(check_action(form.action, true).is_ok(), "{}", form.action);
    let mut names = HashSet::new();
    for (name, value) in &form.fields {
        assert!(names.insert(*name) && !name.is_empty(), "{name}");
        assert!(!value.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')), "{value:?}");
    }
    as_a_browser(data, &form);
}

#[cfg(not(feature = "browser"))]
fn as_a_browser(_: &[u8], _: &PostForm) {}

#[cfg(feature = "browser")]
fn as_a_browser(data: &[u8], form: &PostForm) {
    let text = velopos::wire::charset::to_text(data);
    // It keeps the names it has seen.
    let theirs = crate::memory::outside(|| browser::forms(text));
    let ours = browser::Form { action: form.action.to_owned(), fields: form.fields.iter().map(|(n, v)| ((*n).to_owned(), newlines(v))).collect() };
    let [theirs] = &theirs[..] else { panic!("a browser finds {} forms in {text:?}", theirs.len()) };
    assert_eq!(&ours, theirs, "{text:?}");
}

/// A browser makes one kind of line end of all.
#[cfg(feature = "browser")]
fn newlines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(feature = "browser")]
mod browser {
    use html5ever::tendril::TendrilSink;
    use html5ever::tree_builder::TreeBuilderOpts;
    use html5ever::{ParseOpts, parse_document};
    use markup5ever_rcdom::{Handle, NodeData, RcDom};

    #[derive(Debug, PartialEq)]
    pub struct Form {
        pub action: String,
        pub fields: Vec<(String, String)>,
    }

    /// The forms of a page, with what each of them posts when a script submits it.
    pub fn forms(text: &str) -> Vec<Form> {
        let tree_builder = TreeBuilderOpts { scripting_enabled: true, ..TreeBuilderOpts::default() };
        let dom = parse_document(RcDom::default(), ParseOpts { tree_builder, ..ParseOpts::default() }).one(text);
        let mut forms = Vec::new();
        let mut orphans = Vec::new();
        walk(&dom.document, None, &mut forms, &mut orphans);
        // What stands behind the form's element, but in none, may still be the form's: only the reader of the page knows. Ours refuses such pages.
        if let [form] = &mut forms[..] {
            form.fields.extend(orphans);
        }
        forms
    }

    fn walk(node: &Handle, within: Option<usize>, forms: &mut Vec<Form>, orphans: &mut Vec<(String, String)>) {
        let mut within = within;
        if let NodeData::Element { name, attrs, .. } = &node.data {
            let attribute = |wanted: &str| attrs.borrow().iter().find(|a| &*a.name.local == wanted).map(|a| a.value.to_string());
            match &*name.local {
                "form" => {
                    forms.push(Form { action: attribute("action").unwrap_or_default(), fields: Vec::new() });
                    within = Some(forms.len() - 1);
                }
                "input" | "select" | "textarea" | "button" => {
                    let kind = attribute("type").unwrap_or_default().to_ascii_lowercase();
                    let is_button = &*name.local == "button" || matches!(kind.as_str(), "submit" | "button" | "reset" | "image");
                    let posted = attribute("name").filter(|name| !name.is_empty() && !is_button && attribute("disabled").is_none());
                    if let Some(name) = posted {
                        let field = (name, attribute("value").unwrap_or_default());
                        match within {
                            Some(form) => forms[form].fields.push(field),
                            None if !forms.is_empty() => orphans.push(field),
                            None => {}
                        }
                    }
                }
                _ => {}
            }
        }
        for child in node.children.borrow().iter() {
            walk(child, within, forms, orphans);
        }
    }
}

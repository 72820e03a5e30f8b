//! The pages with which a bank forwards the customer's browser: one form that posts itself, as in BKM's GO pages and iyzico's
//! `threeDSHtmlContent`.
//!
//! Such a page is never passed on. It is reduced to what its form would post, or refused. Tags are told apart as browsers that run
//! scripts do; what could post more, post elsewhere or ask the customer for something is refused.

use crate::error::{Error, Result, Why};
use crate::text::{Keep, Text, keep};
use crate::wire::{Cursor, charset, is_digits, is_made_of, malformed, xml};
use alloc::string::String;
use alloc::vec::Vec;

const MAX_PAGE: usize = 64 * 1024;
const MAX_ACTION: usize = 2048;
const MAX_FIELDS: usize = 64;
const MAX_NAME: usize = 64;
const MAX_ATTRIBUTES: usize = 64;

/// HTML's white space, and what else ends a word.
const BLANK: &[u8] = b" \t\n\r\x0C";
const BLANK_OR_SLASH: &[u8] = b" \t\n\r\x0C/";
const AFTER_NAME: &[u8] = b" \t\n\r\x0C/>";

/// What asks the customer, shows another document, changes what an address means, or is read by other rules.
const REFUSED: &str = "select textarea iframe frame frameset object embed applet base template math xmp noembed noframes plaintext";

/// What holds no form, whatever stands in it. A browser that runs scripts skips `noscript`, where these pages keep their button.
const SKIPPED: &str = "script style title noscript svg";

/// Attributes with which a button posts elsewhere, and an input belongs to a form that it does not stand in.
const REDIRECTING: &str = "form formaction formmethod formenctype";

/// Buttons: the script that posts the form presses none, so their names and values stay behind.
const BUTTONS: &str = "submit button reset image";

const FORM_ENCODING: &str = "application/x-www-form-urlencoded";

/// What a page's form posts.
#[derive(Debug)]
pub struct PostForm {
    /// Where to: an address that [`check_action`] accepts with `allow_loopback`. Check it again with your own mode.
    pub action: Text,
    /// Names, each of which occurs once, and values, in the page's order.
    pub fields: Vec<(Text, Text)>,
}

/// Reduces a page to its only form.
///
/// - The form's method is `post`, its encoding the usual one, and its action absolute.
/// - An input that is posted is hidden, or has no type but a name and a value; other types are refused, buttons ignored. One behind the
///   form is refused, too, unless it is a button.
/// - References are the five of XML or numbers, with their semicolon. An ampersand stands for itself where no letter and no `#`
///   follows, and, as in browsers, where a name and `=` follow: `?a=1&b=2`.
/// - What carries an attribute twice, another form's (`form`) or a button's address (`formaction` and the like) is refused.
pub fn single_form(html: &[u8]) -> Result<PostForm> {
    if html.len() > MAX_PAGE {
        return Err(Error::new(Why::TooLarge, ""));
    }
    let text = charset::to_text(html);
    let mut page = Page { cursor: Cursor::new(text), name: "", is_end: false, attributes: Vec::new(), repeats: false };
    let mut form = PostForm { action: "", fields: Vec::new() };
    let mut is_open = false;
    while page.next_tag()? {
        let is_form = is_one_of(page.name, "form");
        if page.is_end {
            is_open &= !is_form;
        } else if is_one_of(page.name, REFUSED) {
            return Err(strange());
        } else if is_one_of(page.name, SKIPPED) {
            page.skip_content()?;
        } else if is_form {
            if !form.action.is_empty() {
                return Err(not_one_form());
            }
            form.action = page.action()?;
            is_open = true;
        } else if is_one_of(page.name, "input") && !is_one_of(page.value("type").unwrap_or_default(), BUTTONS) {
            if is_open {
                page.push_field(&mut form.fields)?;
            } else if !form.action.is_empty() {
                // Where elements overlap, browsers still take it for the form's.
                return Err(strange());
            }
        }
    }
    if is_open {
        return Err(cut_off());
    }
    if form.action.is_empty() { Err(not_one_form()) } else { Ok(form) }
}

/// Whether a browser may be sent to this address with a form: absolute https without user name and fragment, at most 2048
/// characters, all of which an address has; or, with `allow_loopback`, plain http to this very machine, where simulated banks live.
pub fn check_action(action: &str, allow_loopback: bool) -> Result<()> {
    let mut rest = Cursor::new(action);
    let is_https = rest.take("https://");
    let has_scheme = is_https || rest.take("http://");
    let is_ipv6 = rest.take("[::1]");
    let host = rest.until(b":/?");
    let is_host = !is_ipv6 && is_made_of(host, b"-.") && host.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric);
    let is_loopback = if is_ipv6 { host.is_empty() } else { matches!(host, "localhost" | "127.0.0.1") };
    let port = if rest.take(":") { rest.until(b"/?") } else { "80" };
    let is_port = matches!(port.len(), 1..=5) && is_digits(port) && (port.len() < 5 || port <= "65535");
    let is_plain = action.len() <= MAX_ACTION && is_made_of(action, b"-._~:/?[]@!$&'()*+,;=%");
    if has_scheme && is_port && is_plain && ((is_https && is_host) || (is_loopback && allow_loopback)) {
        return Ok(());
    }
    Err(malformed(Why::PageAddress))
}

/// Where the reader stands, and the tag that it has read last.
struct Page<'a> {
    cursor: Cursor<'a>,
    name: &'a str,
    is_end: bool,
    attributes: Vec<(&'a str, &'a str)>,
    /// Whether one of the attributes occurs twice: readers disagree about which one counts.
    repeats: bool,
}

impl<'a> Page<'a> {
    /// Goes on to the next tag, if there is one; texts, comments and declarations are stepped over.
    fn next_tag(&mut self) -> Result<bool> {
        while self.cursor.skip_past("<") {
            if self.cursor.take("!--") {
                self.skip_comment()?;
                continue;
            }
            self.is_end = self.cursor.take("/");
            let next = self.cursor.byte().unwrap_or_default();
            if next.is_ascii_alphabetic() {
                self.tag()?;
                return Ok(true);
            }
            // `<!DOCTYPE html>`, and what browsers take for a comment: `<?xml …>`, `</1>`, `<![CDATA[…>`.
            let is_skipped = self.is_end || matches!(next, b'!' | b'?');
            if is_skipped && !self.cursor.skip_past(">") {
                return Err(cut_off());
            }
        }
        Ok(false)
    }

    /// A comment ends with `-->` or `--!>`; the dashes that begin it may be those of `-->`, too.
    fn skip_comment(&mut self) -> Result<()> {
        let inside = self.cursor.at + 2;
        self.cursor.at -= 2;
        while self.cursor.skip_past("--") {
            if self.cursor.take(">") || (self.cursor.at >= inside && self.cursor.take("!>")) {
                return Ok(());
            }
            self.cursor.at -= 1;
        }
        Err(cut_off())
    }

    /// From a tag's name to its `>`.
    fn tag(&mut self) -> Result<()> {
        self.name = self.cursor.until(AFTER_NAME);
        self.attributes.clear();
        self.repeats = false;
        loop {
            self.cursor.skip(BLANK_OR_SLASH);
            if self.cursor.take(">") {
                return Ok(());
            }
            let (name, value) = self.attribute()?;
            if self.attributes.len() == MAX_ATTRIBUTES || is_one_of(name, REDIRECTING) {
                return Err(strange());
            }
            self.repeats |= self.value(name).is_some();
            self.attributes.push((name, value));
        }
    }

    /// `name`, `name=value`, `name="value"` or `name='value'`.
    fn attribute(&mut self) -> Result<(&'a str, &'a str)> {
        let from = self.cursor.at;
        // To a browser, a name may begin with `=`.
        self.cursor.take("=");
        self.cursor.until(b" \t\n\r\x0C/>=");
        let name = self.cursor.since(from);
        self.cursor.skip(BLANK);
        let mut value = "";
        if self.cursor.take("=") {
            self.cursor.skip(BLANK);
            let quote = if self.cursor.take("\"") {
                "\""
            } else if self.cursor.take("'") {
                "'"
            } else {
                ""
            };
            value = self.cursor.until(if quote.is_empty() { b" \t\n\r\x0C>" } else { quote.as_bytes() });
            self.cursor.take(quote);
        }
        // Something ends every tag.
        if self.cursor.byte().is_none() { Err(cut_off()) } else { Ok((name, value)) }
    }

    /// Everything up to the end tag of this name, which is read as a tag again. What would make a browser end it elsewhere is refused:
    /// in a script, `<!--` and another `<script`; in a drawing, another one or something of a form.
    fn skip_content(&mut self) -> Result<()> {
        let mut hidden = if is_one_of(self.name, "svg") { "svg form input" } else { "" };
        while self.cursor.skip_past("<") {
            if self.cursor.take("!--") {
                if hidden.is_empty() {
                    hidden = "script";
                }
                continue;
            }
            let tag = self.cursor.at - 1;
            let is_end = self.cursor.take("/");
            let word = self.cursor.until(b" \t\n\r\x0C/><");
            if is_end && is_one_of(word, self.name) && self.cursor.is_at(AFTER_NAME) {
                self.cursor.at = tag;
                return Ok(());
            }
            if is_one_of(word, hidden) {
                return Err(strange());
            }
        }
        Err(cut_off())
    }

    /// The value of an attribute, as it is written.
    fn value(&self, name: &str) -> Option<&'a str> {
        for (own, value) in &self.attributes {
            if is_same(own, name) {
                return Some(value);
            }
        }
        None
    }

    /// Where this form posts to.
    fn action(&self) -> Result<Text> {
        let is_post = is_one_of(self.value("method").unwrap_or_default(), "post");
        if self.repeats || !is_post || !is_one_of(self.value("enctype").unwrap_or(FORM_ENCODING), FORM_ENCODING) {
            return Err(strange());
        }
        let action = unescape(self.value("action").unwrap_or_default())?;
        check_action(action, true)?;
        Ok(action)
    }

    /// Adds what this input posts.
    fn push_field(&self, fields: &mut Vec<(Text, Text)>) -> Result<()> {
        let (name, value) = (self.value("name").unwrap_or_default(), self.value("value"));
        let is_hidden = self.value("type").map_or(!name.is_empty() && value.is_some(), |kind| is_one_of(kind, "hidden"));
        if !is_hidden || self.repeats {
            return Err(strange());
        }
        if name.is_empty() || self.value("disabled").is_some() {
            // Browsers post neither.
            return Ok(());
        }
        // `__proto__` is the one plain name that is no name of a field in JavaScript.
        let is_plain = is_made_of(name, b"._-[]") && name.len() <= MAX_NAME && name != "__proto__";
        if !is_plain || fields.len() == MAX_FIELDS {
            return Err(malformed(Why::PageFields));
        }
        for (other, _) in fields.iter() {
            if *other == name {
                return Err(Error::new(Why::Twice, name.kept()));
            }
        }
        fields.push((name.kept(), unescape(value.unwrap_or_default())?));
        Ok(())
    }
}

/// Whether this is one of a few names that stand in a row; case does not count.
#[inline(never)]
fn is_one_of(name: &str, names: &str) -> bool {
    let mut names = Cursor::new(names);
    loop {
        let known = names.until(b" ");
        if is_same(name, known) && !known.is_empty() {
            return true;
        }
        if !names.take(" ") {
            return false;
        }
    }
}

#[inline(never)]
fn is_same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// An attribute's value with its references resolved.
fn unescape(value: &str) -> Result<Text> {
    let mut plain = String::with_capacity(value.len());
    let mut is_readable = xml::unescape(value, &mut plain, true);
    for c in plain.chars() {
        is_readable &= !c.is_control() || matches!(c, '\t' | '\n' | '\r');
    }
    if is_readable { Ok(keep(plain)) } else { Err(malformed(Why::PageText)) }
}

fn strange() -> Error {
    malformed(Why::StrangePage)
}

fn not_one_form() -> Error {
    malformed(Why::NotOneForm)
}

fn cut_off() -> Error {
    malformed(Why::CutOff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use alloc::borrow::ToOwned;

    fn read(html: &str) -> Result<PostForm> {
        single_form(html.as_bytes())
    }

    fn pairs(form: &PostForm) -> Vec<(&str, &str)> {
        form.fields.iter().map(|(name, value)| (*name, *value)).collect()
    }

    /// A page with this inside its form.
    fn with(inside: &str) -> String {
        format!("<html><body><form method=\"post\" action=\"https://acs.example/a\">{inside}</form></body></html>")
    }

    fn value(written: &str) -> Result<Text> {
        read(&with(&format!("<input type=\"hidden\" name=\"v\" value=\"{written}\">"))).map(|mut form| form.fields.remove(0).1)
    }

    const IYZICO: &str = r#"<!doctype html>
<html lang="en">
<head>
    <title>Mock 3D-Secure <form> Page</title>
</head>
<body>
<form id="iyzico-3ds-form" action="https://sandbox-api.iyzipay.com/payment/mock/init3ds" method="post">
    <input type="hidden" name="orderId" value="mock7-100200300400500iyziord">
    <input type="hidden" name="bin" value="552879">
    <input type="hidden" name="successUrl" value="https://sandbox-api.iyzipay.com/payment/iyzipos/callback3ds/success/9?a=1&amp;b=2">
    <input type="hidden" name="PaReq" value="00000000-1111-4222-8333-444444444444">
</form>
<script type="text/javascript">
    document.getElementById("iyzico-3ds-form").submit();
</script>
</body>
</html>"#;

    #[test]
    fn iyzicos_page() {
        let form = read(IYZICO).unwrap();
        assert_eq!(form.action, "https://sandbox-api.iyzipay.com/payment/mock/init3ds");
        assert_eq!(
            pairs(&form),
            [
                ("orderId", "mock7-100200300400500iyziord"),
                ("bin", "552879"),
                ("successUrl", "https://sandbox-api.iyzipay.com/payment/iyzipos/callback3ds/success/9?a=1&b=2"),
                ("PaReq", "00000000-1111-4222-8333-444444444444"),
            ]
        );
    }

    #[test]
    fn bkms_page_as_an_mpi_makes_it() {
        let html = "\r\n\r\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\r\n\
            <html xmlns=\"http://www.w3.org/1999/xhtml\">\r\n<head id=\"Head1\"><title>\r\n\tMPI\r\n</title></head>\r\n<body>\r\n\
            <form method=\"post\" action=\"https://goguvenliodeme.bkm.com.tr/troy/approve\" id=\"step1Form\">\r\n<div class=\"aspNetHidden\">\r\n\
            <input type=\"hidden\" name=\"goreq\" id=\"goreq\" value=\"eyJpZCI6IjEifQ==\" />\r\n</div>\r\n\
            <script type='text/javascript'>var frm = document.getElementById('step1Form'); if (1 < 2 && 3 > 2) frm.submit();</script>\r\n\
            <div class=\"aspNetHidden\">\r\n\t<input type=\"hidden\" name=\"__VIEWSTATEGENERATOR\" id=\"__VIEWSTATEGENERATOR\" value=\"00C0FFEE\" />\r\n</div>\
            </form>\r\n</body>\r\n</html>\r\n";
        let form = read(html).unwrap();
        assert_eq!(form.action, "https://goguvenliodeme.bkm.com.tr/troy/approve");
        assert_eq!(pairs(&form), [("goreq", "eyJpZCI6IjEifQ=="), ("__VIEWSTATEGENERATOR", "00C0FFEE")]);
    }

    #[test]
    fn a_page_with_a_button_for_browsers_without_script() {
        let html = b"<!DOCTYPE html>\n<html>\n<head runat=\"server\">\n<title></title>\n</head>\n<body onload=\"OnLoadEvent();\">\n\
            <form name=\"downloadForm\"\n   action=\"https://goguvenliodeme.bkm.com.tr/troy/approve\"\n   method=\"POST\">\n\
            <input type=\"hidden\"\n  name=\"goreq\"\n  value=\"eyJ0aW1lIjoiMSJ9\">\n<!-- Taray\xFDc\xFDda \"script\" yoksa: <form action='x'> -->\n\
            <noscript>\n<center>L\xFCtfen d\xFC\xF0meye bas\xFDn.<br>\n<input type=\"submit\" name=\"submit\" value=\"Devam\"></center>\n</noscript>\n</form>\n\
            <script language=\"Javascript\">\nfunction OnLoadEvent() { document.downloadForm.submit(); }\n</script>\n</body>\n</html>";
        assert_eq!(pairs(&single_form(html).unwrap()), [("goreq", "eyJ0aW1lIjoiMSJ9")]);
    }

    #[test]
    fn a_page_of_the_old_protocol() {
        let html = "<HTML><BODY onLoad='document.f.submit();'><input name=before>\n<FORM METHOD=post ACTION=https://acs.bank.example/pareq?id=1&amp;n=2 NAME=f target=_top>\n\
            <INPUT TYPE=HIDDEN NAME=PaReq VALUE='eJxVUdtu\r\nwjAM/RXU\n'>\n<input name=TermUrl value='https://shop.example/return?i=5&amp;k=6' type='Hidden'/>\
            <input type=hidden name=MD value><input name=v value=1.0 ><INPUT TYPE=SUBMIT VALUE=Git><input type=image src=/x.gif name=b>\
            <button name=n value=1>x</button><input type=hidden id=nameless value=1><input type=hidden name='' value=1>\
            <input type=hidden disabled name=off value=1><svg width=1><path d='M0'/></svg></FORM><input type=button value=x></BODY></HTML>";
        let form = read(html).unwrap();
        assert_eq!(form.action, "https://acs.bank.example/pareq?id=1&n=2");
        let expected = [("PaReq", "eJxVUdtu\r\nwjAM/RXU\n"), ("TermUrl", "https://shop.example/return?i=5&k=6"), ("MD", ""), ("v", "1.0")];
        assert_eq!(pairs(&form), expected);
    }

    #[test]
    fn a_loopback_action_is_read_and_left_to_the_caller() {
        let form = read("<form method=post action='http://127.0.0.1:8481/acs'><input type=hidden name=a value=1></form>").unwrap();
        assert!(check_action(form.action, true).is_ok());
        assert!(check_action(form.action, false).is_err());
    }

    #[test]
    fn references_are_resolved() {
        for (written, read) in [
            ("a&amp;b&lt;&gt;&quot;&apos;", "a&b<>\"'"),
            ("&#65;&#x42;&#x11f;&#128512;", "ABğ😀"),
            ("&amp;amp;", "&amp;"),
            ("&amp;lt;&amp;#65;", "&lt;&#65;"),
            ("a&b=1&copy=2", "a&b=1&copy=2"),
            ("a & b && &", "a & b && &"),
            ("&1;&=&_;", "&1;&=&_;"),
            ("&#13;&#10;&#9;&#160;", "\r\n\t\u{a0}"),
            ("ş <form> </form> <!-- ' > /", "ş <form> </form> <!-- ' > /"),
        ] {
            assert_eq!(value(written).unwrap(), read, "{written}");
        }
        for wrong in [
            "&nbsp;",
            "&copy;",
            "&AMP;",
            "&foo;",
            "&amp",
            "&amp b",
            "&amp&",
            "a&b",
            "a&b c=1",
            "&#65",
            "&#65=",
            "&#;",
            "&#x;",
            "&#X41;",
            "&#xD800;",
            "&#x110000;",
            "&#0;",
            "&#1;",
            "&#128;",
            "&#99999999999;",
            "&#-1;",
            "&#+1;",
            "\u{1}",
            "\u{0}",
            "\u{7f}",
        ] {
            assert_eq!(value(wrong).unwrap_err().code(), Code::Malformed, "{wrong:?}");
        }
    }

    /// Every refusal is of the page's one fault: without it the page is read.
    fn refused(html: &str, why: Why) {
        let error = read(html).expect_err(html);
        assert_eq!(error.why, why, "{html}");
    }

    #[test]
    fn what_does_more_than_post_a_form_is_refused() {
        assert!(read(&with("")).is_ok());
        for element in
            ["base href=/x", "iframe", "IFRAME src=x", "object", "embed", "select name=a", "textarea name=a", "template", "math", "plaintext"]
        {
            refused(&with(&format!("<{element}>")), Why::StrangePage);
            refused(&format!("<{element}>{}", with("")), Why::StrangePage);
            refused(&format!("{}<{element}>", with("")), Why::StrangePage);
        }
        for asking in ["type=text name=a value=1", "type=password name=a", "type=checkbox name=a value=1 checked", "type=file name=a"] {
            refused(&with(&format!("<input {asking}>")), Why::StrangePage);
        }
        for asking in ["name=a", "value=1", "", "type= name=a value=1", "type=' hidden' name=a value=1", "type=hidden1 name=a value=1"] {
            refused(&with(&format!("<input {asking}>")), Why::StrangePage);
        }
        for attribute in ["formaction=https://x.example/", "FormAction='/x'", "formmethod=get", "formenctype=text/plain", "form=other"] {
            refused(&with(&format!("<input type=submit {attribute}>")), Why::StrangePage);
            refused(&with(&format!("<button {attribute}>")), Why::StrangePage);
            refused(&format!("{}<input type=hidden name=a value=1 {attribute}>", with("")), Why::StrangePage);
        }
    }

    #[test]
    fn exactly_one_form_counts() {
        for none in ["", "hello", "<html><body>Error</body></html>", "</form>", "<form", "<!--<form></form>-->"] {
            assert_eq!(read(none).unwrap_err().code(), Code::Malformed, "{none}");
        }
        refused(&format!("{0}{0}", with("")), Why::NotOneForm);
        refused(&with("<form>"), Why::NotOneForm);
        refused(&with("<div><FORM method=post action='https://b.example/'></form></div>"), Why::NotOneForm);
        refused(&with("").replace("</form>", ""), Why::CutOff);
        refused(&with("").replace("</form>", "</forms>"), Why::CutOff);
        refused(&with("").replace("</form>", "< /form>"), Why::CutOff);
        refused(&with("<div></form><input type=hidden name=a value=1></div>"), Why::StrangePage);
        refused(&format!("{}<input>", with("")), Why::StrangePage);
        assert!(read(&format!("<input type=text name=q>{}<input type=submit name=s>", with(""))).is_ok());
    }

    #[test]
    fn a_form_that_is_not_seen_does_not_count() {
        let other = "<form method=post action='https://evil.example/'><input type=hidden name=evil value=1></form>";
        for hidden in [
            format!("<!--{other}-->"),
            format!("<!----!>x<!--{other}--!>"),
            format!("<!--!>{other}-->"),
            format!("<!---!>{other}-->"),
            format!("<!--> <!---> <!-- - -- --{other}---->"),
            format!("<script>{other}</script>"),
            format!("<SCRIPT type=a>'</scriptx>'{other}</ script></scrip></Script\n>"),
            format!("<script>if (a<b && c</d/.x) '{other}';</script x='</script>'>"),
            format!("<style>{other}</style/>"),
            format!("<style></style data-x=\"{other}\">"),
            format!("<title>{other}</title>"),
            format!("<noscript>{other}</noscript>"),
            "<svg viewBox='0'><g><path d='M0 0'/></g><style>p{}</style><!-- <script> --></SVG >".to_owned(),
            format!("<div title=\"{other}\" data-x='{}'></div>", other.replace('\'', "\"")),
            "< form><1form></1form><?form ><!form ></ form>".to_owned(),
            "<form-x></form-x><formx>".to_owned(),
        ] {
            let html = format!("{hidden}{}{hidden}", with(&format!("<input type=hidden name=a value=1>{hidden}")));
            let form = read(&html).expect(&html);
            assert_eq!((form.action, pairs(&form)), ("https://acs.example/a", vec![("a", "1")]), "{html}");
        }
        // What ends a comment for a browser ends it here: the second form is seen.
        for seen in [format!("<!-->{other}-->"), format!("<!--->{other}-->"), format!("<!----!>{other}-->"), format!("<!x>{other}")] {
            refused(&format!("{}{seen}", with("")), Why::NotOneForm);
        }
        refused(&with("<script><!-- <script> </script> --></script>"), Why::StrangePage);
        for hiding in [other, "<p><input name=a value=1></p>", "<svg></svg><input name=a value=1>"] {
            refused(&with(&format!("<svg>{hiding}</svg>")), Why::StrangePage);
        }
        assert!(read(&with("<script><!--\n document.forms[0].submit();\n//--></script>")).is_ok());
    }

    #[test]
    fn the_form_posts_as_forms_do() {
        let form = |attributes: &str| read(&format!("<form {attributes}><input type=hidden name=a value=1></form>"));
        assert!(form("method=PoSt action=https://a.example/ enctype=application/x-www-form-urlencoded").is_ok());
        for wrong in [
            "action=https://a.example/",
            "method=get action=https://a.example/",
            "method=' post' action=https://a.example/",
            "method=post",
            "method=post action",
            "method=post action=''",
            "method=post action=/acs",
            "method=post action=//a.example/",
            "method=post action='https://a.example/ '",
            "method=post action='https://a.example/&#10;x'",
            "method=post action='javascript:alert(1)'",
            "method=post action='https&#58;//a@b.example/'",
            "method=post action=http://a.example/",
            "method=post action=https://a.example/ enctype=multipart/form-data",
            "method=post action=https://a.example/ enctype",
            "method=post method=post action=https://a.example/",
            "method=post action=https://a.example/ ACTION=https://b.example/",
        ] {
            assert!(form(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn fields_are_plain_and_occur_once() {
        let hidden = |name: &str| format!("<input type=hidden value=1 name='{name}'>");
        let longest = "n".repeat(64);
        for plain in ["a", "PaReq", "__VIEWSTATE", "a.b-c_d[0]", "3d", longest.as_str()] {
            assert_eq!(pairs(&read(&with(&hidden(plain))).unwrap()), [(plain, "1")]);
        }
        for odd in ["a b", "a&amp;b", "a<b", "a$b", "ş", "a/b", "__proto__", " a", &"n".repeat(65)] {
            refused(&with(&hidden(odd)), Why::PageFields);
        }
        let error = read(&with(&(hidden("a") + &hidden("b") + &hidden("a")))).unwrap_err();
        assert_eq!((error.code(), error.field), (Code::DuplicateField, "a"));
        refused(&with("<input type=hidden name=a value=1 VALUE=2>"), Why::StrangePage);
        refused(&with("<input type=hidden name=a type=text value=1>"), Why::StrangePage);
        let fields = |count: usize| with(&(0..count).map(|n| hidden(&format!("n{n}"))).collect::<String>());
        assert_eq!(read(&fields(64)).unwrap().fields.len(), 64);
        refused(&fields(65), Why::PageFields);
        let attributes = |count: usize| with(&format!("<p {}>", "a ".repeat(count)));
        assert!(read(&attributes(64)).is_ok());
        refused(&attributes(65), Why::StrangePage);
    }

    #[test]
    fn a_page_that_is_cut_off_is_refused_wherever_it_is_cut() {
        let end = IYZICO.find("</form>").unwrap() + "</form>".len();
        for cut in 0..end {
            assert!(read(&IYZICO[..cut]).is_err(), "{cut}");
        }
        for cut in
            ["<", "</", "<!", "<!-", "<p", "</p", "<p a", "<p a=", "<p a=\"", "<p a='>", "<!--", "<!-- --", "<script>", "<script></script", "<title>"]
        {
            let whole = format!("{}{cut}", with(""));
            assert_eq!(read(&whole).is_ok(), cut == "<", "{cut}");
        }
    }

    #[test]
    fn size_is_bounded_and_costs_no_more_than_size() {
        let filled = |unit: &str| unit.repeat(64 * 1024 / unit.len());
        for unit in [
            "<",
            "<!",
            "</",
            "<!--",
            "-",
            "<!----",
            "<a ",
            "<a/",
            "a=",
            "<form ",
            "<p a='",
            "<script>",
            "<script><!--",
            "</script",
            "&",
            "<svg",
            "<input ",
            "<p>",
            "=",
        ] {
            assert!(read(&filled(unit)).is_err(), "{unit}");
            assert!(read(&format!("<script>{}", &filled(unit)[..65000])).is_err(), "{unit}");
            assert!(read(&format!("<!--{}", &filled(unit)[..65000])).is_err(), "{unit}");
        }
        let long = with(&format!("<input type=hidden name=a value='{}'>", "&amp;".repeat(13_000)));
        assert_eq!(read(&long).unwrap().fields[0].1.len(), 13_000);
        let largest = with("") + &" ".repeat(64 * 1024 - with("").len());
        assert!(read(&largest).is_ok());
        assert_eq!(read(&(largest + " ")).unwrap_err().code(), Code::TooLarge);
    }

    #[test]
    fn addresses_that_a_form_may_be_posted_to() {
        let path = "p".repeat(2048 - "https://a.example/".len());
        for address in [
            "https://acs.bank.example",
            "https://ACS.bank.example:8443/pareq;x?id=1&n=a%20b",
            "https://a?b=https://c@d/?e:f",
            "https://a/b@c",
            "https://1.2.3.4/",
            "https://localhost/",
            &format!("https://a.example/{path}"),
        ] {
            assert!(check_action(address, false).is_ok(), "{address}");
        }
        for local in
            ["http://localhost", "http://localhost:8481/x?y=1", "http://127.0.0.1:1/", "http://[::1]:8481", "http://[::1]/x", "https://[::1]/"]
        {
            assert!(check_action(local, true).is_ok(), "{local}");
            assert!(check_action(local, false).is_err(), "{local}");
        }
        for address in [
            "",
            "https",
            "https://",
            "https:///a.example/",
            "https://?",
            "https:/a.example",
            "https:\\\\a.example",
            "HTTPS://a.example/",
            " https://a.example/",
            "https://a.example/ ",
            "https://a b/",
            "https://a.example/\n",
            "https://a.example/\u{a0}",
            "https://a.example/ş",
            "https://ş.example/",
            "https://a.example/#f",
            "https://a.example#@b.example/",
            "https://a.example\\@b.example/",
            "https://a.example/\\",
            "https://user@a.example/",
            "https://user:pw@a.example/",
            "https://a.example:443@b.example/",
            "https://@a.example/",
            "https://a.example:/",
            "https://a.example:x/",
            "https://a.example:+80/",
            "https://a.example:65536/",
            "https://a:1:2/",
            "https://:443/",
            "https://-a/",
            "https://.a/",
            "https://a%2eb/",
            "https://[2001:db8::1]/",
            "https://a.example/\"",
            "https://a.example/<",
            "https://a.example/'|",
            "http://a.example/",
            "http://localhost.a.example/",
            "http://localhost@a.example/",
            "http://127.0.0.1.a.example/",
            "http://127.0.0.2/",
            "http://[::1].a/",
            "http://[::1]x:80/",
            "ftp://localhost/",
            "javascript://localhost/",
            "data:text/html,x",
            "//a.example/",
            &format!("https://a.example/{path}p"),
        ] {
            for allow_loopback in [false, true] {
                assert!(check_action(address, allow_loopback).is_err(), "{address}");
            }
        }
    }
}

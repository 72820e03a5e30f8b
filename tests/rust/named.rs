//! Names of an answer, put back before their values. The tests of fuzz/ include this file, too.

/// The same answer with each name before its value: the core tells the names first, as one text.
pub fn named(mut texts: Vec<&str>) -> Vec<&str> {
    let at = match texts[0] {
        "webhook" => 1,
        "send" => 9,
        "redirect" if texts.get(4) == Some(&"form") => 11,
        "list" => 9 + 13 * texts[4].parse::<usize>().expect("a count"),
        _ => texts.len(),
    };
    if at >= texts.len() {
        return texts;
    }
    let behind = texts.split_off(at);
    let (names, values) = behind.split_first().expect("names");
    let names: Vec<&str> = names.split('\u{1}').filter(|_| !names.is_empty()).collect();
    assert_eq!(names.len(), values.len(), "{names:?} {values:?}");
    texts.extend(names.into_iter().zip(values).flat_map(|(name, value)| [name, *value]));
    texts
}

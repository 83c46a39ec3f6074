//! Texts that look alike are one text. Every string that comes in is brought into one form; what is compared or searched for is folded
//! further, so that letters of any width and case are the same.

use std::borrow::Cow;

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;
use unicode_normalization::UnicodeNormalization;

/// What the radicals from U+2E80 on look like (Unicode's property Equivalent_Unified_Ideograph). Those from U+2F00 on have a
/// compatibility mapping.
const RADICALS: &str = "⺀厂乛乚乙亻冂𠘨刀刂卜㔾小尐兀尣尢𡯂巳幺彑彐忄心扌攵⺚旡日月歺母民氵氺灬爫爬丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艺艻虎衤覀西见角𧢲讠贝𧾷车辶辷辸邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟";
const FIRST_RADICAL: char = '\u{2e80}';

/// A text in the form in which it is stored: composed (NFC), without what is invisible inside it and blank at its ends, with characters for
/// radicals, and with one sign for the end of a line.
pub fn normalized(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b'!'..=b'~')) {
        return text.into();
    }
    let ignored = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let visible = text.chars().filter(|c| turns_direction(*c) || !ignored.contains(*c));
    let composed: String = visible.map(unified).nfc().collect();
    let lines = composed.replace("\r\n", "\n").replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    lines.trim_matches(is_blank).to_owned().into()
}

/// A text whose compatibility forms are what they stand for (NFKC): digits and letters of any width.
pub fn plain(text: &str) -> String {
    let plain: String = normalized(text).nfkc().collect();
    normalized(&plain).into_owned()
}

/// What stands on a door or a seal: plain, and in capital letters.
pub fn label(text: &str) -> String {
    plain(text).to_uppercase()
}

/// A text in the form in which texts are compared: plain, and in small letters.
pub fn folded(text: &str) -> String {
    plain(&text.to_lowercase()).to_lowercase()
}

/// True for what turns the direction of the text that follows: it is seen, and refused where it comes in.
pub fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_blank(c: char) -> bool {
    // A Braille cell without dots is no space to Unicode, but nobody sees it.
    c.is_whitespace() || c == '\u{2800}'
}

fn unified(c: char) -> char {
    match c {
        FIRST_RADICAL..='\u{2ef3}' => RADICALS.chars().nth((u32::from(c) - u32::from(FIRST_RADICAL)) as usize).unwrap_or(c),
        '\u{2f00}'..='\u{2fdf}' => [c].into_iter().nfkc().next().unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_looks_alike_is_one_text() {
        for (text, form) in [
            ("业主⼤会由⼩区全体业主组成，⽤⽔⽤电⾃理", "业主大会由小区全体业主组成，用水用电自理"),
            ("⺠用，⻓江路⻋站", "民用，长江路车站"),
            ("\u{f9f7}柱倾斜", "立柱倾斜"),
            (" \u{3000}阳光\u{200b}花园\u{feff}\n", "阳光花园"),
            ("cafe\u{301}", "café"),
            ("一楼\r\n二楼\r三楼", "一楼\n二楼\n三楼"),
            ("\u{3164}\u{2800}\u{ad}", ""),
            ("𠮷𰀡楼漏水🙂", "𠮷𰀡楼漏水🙂"),
            ("plain", "plain"),
        ] {
            assert_eq!(normalized(text), form);
        }
        assert_eq!(folded("３号楼Ａ座（青岛）Haier①"), "3号楼a座(青岛)haier1");
    }

    proptest! {
        #[test]
        fn twice_is_once(text in "(?s).{0,12}") {
            let once = normalized(&text).into_owned();
            prop_assert_eq!(normalized(&once), once.as_str());
            prop_assert_eq!(folded(&once), folded(&text));
            let folded_once = folded(&text);
            prop_assert_eq!(folded(&folded_once), folded_once);
        }
    }
}

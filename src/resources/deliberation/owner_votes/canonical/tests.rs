//! There is one form of everything.

use proptest::prelude::*;
use serde_json::json;

use super::*;

#[test]
fn there_is_one_form() {
    let value = json!({"b": [1, -2, null, true], "a": "甲\"1\"𠮷\\é\n\t"});
    assert_eq!(canonical(&value).unwrap(), "{\"a\":\"甲\\\"1\\\"𠮷\\\\é\\n\\t\",\"b\":[1,-2,null,true]}");
    // Keys stand in the order of their UTF-16 units.
    assert_eq!(canonical(&json!({"\u{fb01}": 1, "𠮷": 2, "甲": 3})).unwrap(), "{\"甲\":3,\"𠮷\":2,\"\u{fb01}\":1}");
    for (value, why) in [
        (json!(1.0), "number"),
        (json!(1_i64 << 53), "number"),
        (json!("e\u{301}"), "string"),
        (json!("a\u{1}b"), "string"),
        (json!({"e\u{301}": 1}), "string"),
    ] {
        assert_eq!(canonical(&value), Err(why), "{value}");
    }
}

proptest! {
    #[test]
    fn what_is_read_is_written_the_same(text in "[ -~一-龥]{0,20}", number in -(1_i64 << 52)..(1_i64 << 52)) {
        let line = canonical(&json!({"text": text, "number": number})).unwrap();
        prop_assert_eq!(canonical(&serde_json::from_str(&line).unwrap()).unwrap(), line);
    }
}

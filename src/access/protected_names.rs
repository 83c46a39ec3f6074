//! What looks like the name of a person in a text.

/// With what most names of persons begin.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范\
    金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤";
/// After what people write a name, and before what.
const BEFORE_NAMES: [&str; 7] = ["我是", "我叫", "名叫", "姓名", "住户", "户主", "邻居"];
const TITLES: [&str; 13] =
    ["先生", "女士", "小姐", "师傅", "大爷", "大妈", "大姐", "大哥", "阿姨", "叔叔", "老师", "经理", "主任"];
/// What begins like a name and is none, and what ends like a surname before a title.
const NO_NAMES: [&str; 16] = [
    "方面", "方案", "方便", "方式", "高层", "高度", "高空", "任何", "万一", "于是", "石材", "金额", "金属", "马上", "马路",
    "毛坯",
];
const NO_SURNAMES: [&str; 4] = ["工程", "课程", "路段", "地方"];
/// As long as names are.
const LONGEST_NAME: usize = 3;

/// What in a text looks like the name of a person: a surname where people write names.
pub fn names_in(text: &str) -> Vec<String> {
    let is_han = |c: &char| ('\u{4E00}'..='\u{9FFF}').contains(c);
    let mut found = Vec::new();
    for word in BEFORE_NAMES {
        for (at, _) in text.match_indices(word) {
            let rest = text[at + word.len()..].trim_start_matches([':', ' ', ',', '为', '是']);
            if NO_NAMES.iter().any(|word| rest.starts_with(word)) {
                continue;
            }
            let name: String = rest.chars().take_while(is_han).take(LONGEST_NAME).collect();
            if name.chars().count() > 1 && name.chars().next().is_some_and(|first| SURNAMES.contains(first)) {
                found.push(name);
            }
        }
    }
    for title in TITLES {
        for (at, _) in text.match_indices(title) {
            if NO_SURNAMES.iter().any(|word| text[..at].ends_with(word)) {
                continue;
            }
            let before: Vec<char> = text[..at].chars().rev().take_while(is_han).take(LONGEST_NAME).collect();
            if let Some(surname) = before.iter().rposition(|sign| SURNAMES.contains(*sign)) {
                found.push(format!("{}{title}", before[..=surname].iter().rev().collect::<String>()));
            }
        }
    }
    found
}

//! The unified social credit code of GB 32100-2015: 17 characters and a check character.

const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// The check character of the first 17 characters; none where one of them is not allowed.
pub fn check_character(body: &str) -> Option<char> {
    let value = |byte: &u8| ALPHABET.iter().position(|known| known == byte);
    let values: Vec<usize> = body.as_bytes().iter().map(value).collect::<Option<_>>()?;
    let sum: usize = (values.len() == WEIGHTS.len()).then(|| values.iter().zip(WEIGHTS).map(|(v, w)| v * w).sum())?;
    Some(char::from(ALPHABET[(31 - sum % 31) % 31]))
}

/// True when the last character is the check character of the others.
pub fn is_credit_code(code: &str) -> bool {
    code.is_ascii() && code.len() == 18 && check_character(&code[..17]) == code.chars().last()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_published_code_is_right() {
        assert!(is_credit_code("91350100M000100Y43"));
        assert!(!is_credit_code("91350100M000100Y44"));
        for wrong in ["", "91350100M000100Y4", "91350100I000100Y43", "91350100m000100y43", "统一社会信用代码"] {
            assert!(!is_credit_code(wrong), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn one_wrong_character_is_always_noticed(body in "[0-9A-HJ-NPQRTUWXY]{17}", at in 0_usize..17, other in 0_usize..31) {
            let code = format!("{body}{}", check_character(&body).unwrap());
            prop_assert!(is_credit_code(&code));
            let mut wrong = code.clone().into_bytes();
            wrong[at] = ALPHABET[other];
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert_eq!(is_credit_code(&wrong), wrong == code);
        }

        #[test]
        fn swapped_neighbors_are_always_noticed(body in "[0-9A-HJ-NPQRTUWXY]{17}", at in 0_usize..16) {
            let code = format!("{body}{}", check_character(&body).unwrap());
            let mut wrong = code.clone().into_bytes();
            wrong.swap(at, at + 1);
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert_eq!(is_credit_code(&wrong), wrong == code);
        }
    }
}

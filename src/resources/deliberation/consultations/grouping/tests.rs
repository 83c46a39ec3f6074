//! Which numbers are told.

use proptest::prelude::*;

use super::*;

/// Parts that are hidden in their order where others must be.
fn shown(counts: &[i64]) -> (Option<i64>, Vec<Option<i64>>) {
    told(&counts.iter().copied().zip(0..).collect::<Vec<_>>())
}

#[test]
fn small_numbers_and_those_that_would_betray_them_are_not_told() {
    assert_eq!(shown(&[]), (Some(0), vec![]));
    assert_eq!(shown(&[3]), (None, vec![None]));
    assert_eq!(shown(&[5]), (Some(5), vec![Some(5)]));
    assert_eq!(shown(&[40, 0, 12]), (Some(52), vec![Some(40), Some(0), Some(12)]));
    assert_eq!(shown(&[40, 2, 12]), (Some(54), vec![None, None, Some(12)]));
    assert_eq!(shown(&[3, 2]), (Some(5), vec![None, None]), "one and four, or two and three");
    assert_eq!(shown(&[4, 4, 40]), (Some(48), vec![None, None, None]), "alone they could only be four each");
    assert_eq!(shown(&[1, 1, 40]), (Some(42), vec![None, None, None]));
    assert_eq!(shown(&[1, 5]), (None, vec![None, None]), "six are one and five, or less than five");
    assert_eq!(shown(&[4, 0]), (None, vec![None, None]));
}

proptest! {
    #[test]
    fn a_hidden_number_may_be_any_from_one_to_four(parts in proptest::collection::vec((0_i64..20, any::<u64>()), 0..8)) {
        let (sum, shown) = told(&parts);
        let hidden: Vec<i64> = parts.iter().zip(&shown).filter(|(_, shown)| shown.is_none()).map(|((count, _), _)| *count).collect();
        for ((count, _), shown) in parts.iter().zip(&shown) {
            prop_assert!(shown.is_none_or(|shown| shown == *count && !(1..5).contains(&shown)));
        }
        let Some(sum) = sum else {
            prop_assert!(shown.iter().all(Option::is_none));
            return Ok(());
        };
        prop_assert_eq!(sum, parts.iter().map(|(count, _)| count).sum::<i64>());
        let (small, large) = (hidden.iter().filter(|count| **count < 5).count(), hidden.iter().filter(|count| **count >= 5).count());
        // Whoever knows the sum, and even which of them are small, finds a way for each of the four.
        for one in 1..5 {
            let rest = hidden.iter().sum::<i64>() - one;
            let least = i64::try_from(small).unwrap() - 1 + 5 * i64::try_from(large).unwrap();
            let most = if large > 0 { i64::MAX } else { 4 * (i64::try_from(small).unwrap() - 1) };
            prop_assert!(small == 0 || (least..=most).contains(&rest), "{:?}", hidden);
        }
    }
}

//! Which numbers are told.

use proptest::prelude::*;

use super::*;

#[test]
fn small_numbers_and_those_that_would_betray_them_are_not_told() {
    assert_eq!(told(&[]), (Some(0), vec![]));
    assert_eq!(told(&[3]), (None, vec![None]));
    assert_eq!(told(&[5]), (Some(5), vec![Some(5)]));
    assert_eq!(told(&[40, 0, 12]), (Some(52), vec![Some(40), Some(0), Some(12)]));
    assert_eq!(told(&[40, 2, 12]), (Some(54), vec![Some(40), None, None]));
    assert_eq!(told(&[40, 1, 1]), (Some(42), vec![None, None, None]));
    assert_eq!(told(&[3, 2]), (Some(5), vec![None, None]));
    assert_eq!(told(&[4, 0]), (None, vec![None, None]));
}

proptest! {
    #[test]
    fn no_number_under_five_follows_from_what_is_told(counts in proptest::collection::vec(0_i64..20, 0..8)) {
        let (sum, shown) = told(&counts);
        let hidden: Vec<_> = counts.iter().zip(&shown).filter(|(_, shown)| shown.is_none()).map(|(count, _)| *count).collect();
        for (count, shown) in counts.iter().zip(&shown) {
            prop_assert!(shown.is_none_or(|shown| shown == *count && !(1..5).contains(&shown)));
        }
        if let Some(sum) = sum {
            prop_assert_eq!(sum, counts.iter().sum::<i64>());
            prop_assert!(hidden.is_empty() || hidden.len() > 1 && hidden.iter().sum::<i64>() >= 5, "{:?}", shown);
        } else {
            prop_assert!(shown.iter().all(Option::is_none));
        }
    }
}

//! Names of columns from a header (semantics 22).

use std::collections::{HashMap, HashSet};

use super::rows::{Record, unescape};
use crate::fault::Error;

/// The names in a header record: an empty one becomes `columnN`, a repeated one `a_2`, `a_3`.
/// Names that the header spells out are never taken by a made-up one.
pub(super) fn names(bytes: &[u8], record: Record) -> Result<Vec<String>, Error> {
    let mut given = Vec::new();
    given.try_reserve_exact(record.ends.len())?;
    for index in 0..record.ends.len() {
        let (start, end) = record.field(bytes, index);
        given.push(text(&bytes[start..end])?);
    }
    unique(given)
}

/// The names of columns without a header.
pub(super) fn numbered(width: usize) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    names.try_reserve_exact(width)?;
    names.extend((1..=width).map(|number| format!("column{number}")));
    Ok(names)
}

fn text(field: &[u8]) -> Result<String, Error> {
    let mut out = Vec::new();
    out.try_reserve_exact(field.len())?;
    if field.first() == Some(&b'"') {
        unescape(&field[1..field.len() - 1], &mut out);
    } else {
        out.extend_from_slice(field);
    }
    // The scanner checked the bytes before it split them.
    String::from_utf8(out).map_err(|_| Error::BadArgument("header is not UTF-8"))
}

/// Makes the names different, none of them empty.
pub(super) fn unique(given: Vec<String>) -> Result<Vec<String>, Error> {
    let mut taken: HashSet<String> = HashSet::new();
    taken.try_reserve(2 * given.len())?;
    taken.extend(given.iter().filter(|name| !name.is_empty()).cloned());
    let mut seen: HashSet<String> = HashSet::new();
    seen.try_reserve(given.len())?;
    // The next number to try per name, so that equal names cost one step each.
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut names = Vec::new();
    names.try_reserve_exact(given.len())?;
    for (index, name) in given.into_iter().enumerate() {
        if !name.is_empty() && seen.insert(name.clone()) {
            names.push(name);
            continue;
        }
        let base = if name.is_empty() { format!("column{}", index + 1) } else { name };
        if taken.insert(base.clone()) {
            names.push(base);
            continue;
        }
        let number = numbers.entry(base.clone()).or_insert(2);
        loop {
            let name = format!("{base}_{number}");
            *number += 1;
            if taken.insert(name.clone()) {
                names.push(name);
                break;
            }
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renamed(header: &str) -> Vec<String> {
        unique(header.split(',').map(str::to_owned).collect()).unwrap()
    }

    #[test]
    fn names_number_repeats_and_skip_names_that_exist() {
        assert_eq!(renamed("a,b,a,a"), ["a", "b", "a_2", "a_3"]);
        assert_eq!(renamed("a,a,a_2"), ["a", "a_3", "a_2"]);
        assert_eq!(renamed("a_2,a,a,a_2"), ["a_2", "a", "a_3", "a_2_2"]);
        assert_eq!(renamed("A,a"), ["A", "a"]);
        assert_eq!(renamed("__proto__,__proto__"), ["__proto__", "__proto___2"]);
    }

    #[test]
    fn names_give_an_empty_name_its_columns_number() {
        assert_eq!(renamed(",b,"), ["column1", "b", "column3"]);
        assert_eq!(renamed(",column1"), ["column1_2", "column1"]);
        assert_eq!(renamed("column2,,x"), ["column2", "column2_2", "x"]);
    }

    #[test]
    fn names_of_many_equal_columns_take_linear_time() {
        let names = unique(vec!["a".to_owned(); 200_000]).unwrap();
        assert_eq!(names[199_999], "a_200000");
    }
}

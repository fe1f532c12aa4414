//! Columns of lists; expected values are counted by hand.

use super::*;

/// Decodes a column of lists of integers or texts.
pub(super) fn decode(reader: &Reader, index: usize, column: &Value, rows: usize) -> Vec<Value> {
    let item = &column["item"];
    let size = |key: &str| item[key].as_u64().unwrap() as usize;
    let data = part(reader, index, 5, size("bytes"));
    let mut items: Vec<Value> = match item["type"].as_str().unwrap() {
        "utf8" => texts(&part(reader, index, 7, 4 * (size("length") + 1)), &data),
        "i32" | "date" => numbers(&data).map(|four| json!(i32::from_le_bytes(four))).collect(),
        other => panic!("the tests have no lists of {other}"),
    };
    let is_valid = |bits: &[u8], at: usize| bits[at / 8] >> (at % 8) & 1 == 1;
    let validity = part(reader, index, 6, size("length").div_ceil(8));
    let valid = (0..items.len()).filter(|&at| is_valid(&validity, at)).count();
    assert_eq!(size("nulls"), items.len() - valid);
    for (at, value) in items.iter_mut().enumerate() {
        if !is_valid(&validity, at) {
            *value = Value::Null;
        }
    }
    let offsets = part(reader, index, 2, 4 * (rows + 1));
    let offsets: Vec<usize> =
        numbers(&offsets).map(|four| i32::from_le_bytes(four) as usize).collect();
    let validity = part(reader, index, 1, rows.div_ceil(8));
    let lists = offsets.windows(2).enumerate();
    lists
        .map(|(row, pair)| match is_valid(&validity, row) {
            true => json!(items[pair[0]..pair[1]]),
            false => Value::Null,
        })
        .collect()
}

const LISTS: (&str, &str) = ("lists", "1");

#[test]
fn arrays_of_single_values_are_lists() {
    let input = "{\"a\":[1,null],\"s\":[\"x\",\"\\n\"],\"n\":[[1]],\"m\":[1]}\n\
                 {\"a\":[],\"s\":null,\"n\":[],\"m\":2}\n{\"a\":[ 3 ]}\n";
    let outcome = read(&[NDJSON, BUILD, LISTS], input);
    let table = outcome.table();
    assert_eq!(table.types(), ["a:list<i32>", "s:list<utf8>", "n:utf8", "m:utf8"]);
    assert_eq!(table.columns[0], [json!([1, null]), json!([]), json!([3])]);
    assert_eq!(table.columns[1], [json!(["x", "\n"]), Value::Null, Value::Null]);
    assert_eq!(table.columns[2], [json!("[[1]]"), json!("[]"), Value::Null]);
    assert_eq!(table.columns[3], [json!("[1]"), json!("2"), Value::Null]);
}

#[test]
fn a_list_that_does_not_fit_is_a_fault_and_the_rows_before_it_stay() {
    let schema = ("schema", "a\0list<i32>\0s\0list<utf8>\0");
    let input = "{\"a\":[1],\"s\":[\"x\"]}\n{\"s\":[\"y\",\"z\"],\"a\":[2,true]}\n";
    let outcome = read(&[NDJSON, schema, ("batch_rows", "5")], input);
    assert_eq!(outcome.batches[0].columns, [[json!([1])], [json!(["x"])]]);
    let fault = outcome.fault();
    assert_eq!((fault.code, fault.line, fault.column), (Code::TypeMismatch, 2, 20));
    assert_eq!(fault.args[1].1, "list<i32>");
}

#[test]
fn numbers_of_lists_have_a_type_others_are_text() {
    let input = "{\"a\":[1,12345678901234567890]}\n";
    let fault = read(&[NDJSON, LISTS], input);
    assert_eq!((fault.fault().code, fault.fault().column), (Code::IntegerTooLarge, 9));
    let texts = read(&[NDJSON, LISTS, ("integers", "text"), BUILD], input);
    assert_eq!(texts.table().columns[0], [json!(["1", "12345678901234567890"])]);
    let raw = read(&[NDJSON, BUILD], input);
    assert_eq!(raw.table().columns[0], [json!("[1,12345678901234567890]")]);
}

#[test]
fn parts_of_items_are_of_lists_alone() {
    let mut reader = Reader::open(&config(&[NDJSON, BUILD, LISTS])).unwrap();
    let input = b"{\"a\":[1],\"b\":2}\n";
    assert_eq!(reader.push(input, true, &Unwatched), Ok(Step::More));
    let mut out = [0; 4];
    assert!(reader.copy(0, 5, &mut out).is_ok());
    for (column, part) in [(0, 0), (0, 7), (0, 8), (1, 5), (1, 6), (1, 2)] {
        assert!(reader.copy(column, part, &mut out).is_err(), "{column} {part}");
    }
    assert!(reader.copy(0, 5, &mut [0; 5]).is_err());
}

#[test]
fn lists_of_decimals_and_durations_are_declared() {
    let schema = ("schema", "p\0list<decimal(2)>\0d\0list<duration>\0");
    let input = "{\"p\":[12.5,\"-0.01\",null],\"d\":[\"PT1S\"]}\n{\"p\":[0.001]}\n";
    let fault = |input: &str| read(&[NDJSON, schema, BUILD], input).fault().clone();
    let misfit = fault(input);
    assert_eq!((misfit.code, misfit.line, misfit.column), (Code::TypeMismatch, 2, 6));
    assert_eq!(misfit.args[1].1, "list<decimal(2)>");
    assert_eq!(fault("{\"d\":[90]}\n").args[1].1, "list<duration>");
    for wrong in ["list<decimal(19)>", "list<decimal>", "list<list<i64>>", "list<>", "list"] {
        let schema = format!("p\0{wrong}\0");
        let refused = Reader::open(&config(&[NDJSON, ("schema", &schema)])).err();
        assert!(refused.is_some(), "{wrong}");
    }
}

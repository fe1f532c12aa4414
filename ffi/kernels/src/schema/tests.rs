//! What the boundary's tests cannot reach: threads, changed files, and hostile bytes.

use std::fs;

use super::lexer::{SqlFault, SqlParts, scan_sql};
use super::scan::{Scan, Status};
use crate::control::Unwatched;

fn fault_of(sql: &str) -> Option<SqlFault> {
    scan_sql(sql.as_bytes(), &mut SqlParts::default()).err()
}

#[test]
fn what_is_never_closed_is_named_with_its_byte() {
    assert_eq!(fault_of("select 'a"), Some(SqlFault::Quote(7)));
    assert_eq!(fault_of("select E'a\\'"), Some(SqlFault::Quote(8)));
    assert_eq!(fault_of("\"x"), Some(SqlFault::Identifier(0)));
    assert_eq!(fault_of("/* /* */"), Some(SqlFault::Comment(0)));
    assert_eq!(fault_of("$a$ $b$"), Some(SqlFault::DollarQuote(0)));
    assert_eq!(fault_of("copy t from stdin;\n1\n"), Some(SqlFault::CopyData(0)));
    assert_eq!(fault_of("\\copy t from stdin\n1\n"), Some(SqlFault::CopyData(0)));
    assert_eq!(fault_of("(1), (2; (3"), Some(SqlFault::Parenthesis(5)));
    let body = "create procedure p() begin atomic select case when true then 1; end;";
    assert_eq!(fault_of(body), Some(SqlFault::Body(21)));
    assert_eq!(fault_of("1; \\if x\n\\if y\n\\endif"), Some(SqlFault::If(3)));
    assert_eq!(fault_of("a$b$c; \\echo it's (\n-- it's\n/* it's */"), None);
    assert_eq!(fault_of("(1 \\g\n2; 3) \\; '\n' \\echo it's"), None);
}

#[test]
fn no_bytes_make_it_panic_or_hang() {
    let marks = b"'\"$-/*\\;:|`() eE\nab@\r$copy from stdin;\n\\.\n\\g\\r\\;\\copy";
    let mut seed = 7u64;
    for _ in 0..20_000 {
        let bytes: Vec<u8> = (0..seed % 40)
            .map(|_| {
                seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                marks[(seed >> 33) as usize % marks.len()]
            })
            .collect();
        seed = seed.wrapping_add(1);
        let _ = scan_sql(&bytes, &mut SqlParts::default());
    }
}

#[test]
fn files_keep_their_order_on_any_number_of_threads() {
    let folder = std::env::temp_dir().join(format!("fastpath-schema-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let paths: Vec<String> = (0..100)
        .map(|index| {
            let path = folder.join(format!("{index}.sql"));
            fs::write(&path, format!("select {index};\n")).unwrap();
            path.to_str().unwrap().to_owned()
        })
        .collect();
    let mut names: Vec<&str> = paths.iter().map(String::as_str).collect();
    let missing = format!("{}/none.sql", folder.display());
    names.push(&missing);
    for threads in [1, 2, 5] {
        let scan = Scan::run(&names, threads, &Unwatched).unwrap();
        for (index, file) in scan.files[..100].iter().enumerate() {
            assert_eq!(file.status, Status::Read);
            assert_eq!(file.bytes, format!("select {index};\n").into_bytes());
        }
        assert_eq!(scan.files[100].status, Status::Unreadable("no such file".to_owned()));
    }
    fs::remove_dir_all(&folder).unwrap();
}

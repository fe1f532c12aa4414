//! Random well-formed tables against the crate `csv`, an independent reader.

use super::CsvOptions;
use super::testing::Feed;

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % limit
    }

    /// A text, with what needs quotes in some of them.
    fn text(&mut self) -> String {
        let pieces =
            ["a", "7", "é", "😀", " ", "long text without end", ".", ",", "\"", "\n", "\r\n"];
        let kinds = if self.below(3) == 0 { pieces.len() } else { 7 };
        (0..self.below(8)).map(|_| pieces[self.below(kinds)]).collect()
    }
}

fn write(random: &mut Random, rows: &[Vec<String>]) -> Vec<u8> {
    let mut out = Vec::new();
    for row in rows {
        for (column, text) in row.iter().enumerate() {
            if column > 0 {
                out.push(b',');
            }
            let special = text.contains([',', '"', '\n', '\r']);
            // A row that is one empty field would be a blank line.
            if special || (row.len() == 1 && text.is_empty()) || random.below(4) == 0 {
                out.extend_from_slice(format!("\"{}\"", text.replace('"', "\"\"")).as_bytes());
            } else {
                out.extend_from_slice(text.as_bytes());
            }
        }
        out.extend_from_slice(if random.below(3) == 0 { b"\r\n" } else { b"\n" });
    }
    out
}

#[test]
fn scan_reads_random_tables_as_the_crate_csv_does() {
    let mut random = Random(0x5deece66d);
    for _ in 0..400 {
        let width = 1 + random.below(9);
        let table: Vec<Vec<String>> =
            (0..random.below(40)).map(|_| (0..width).map(|_| random.text()).collect()).collect();
        let input = write(&mut random, &table);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&input[..]);
        let theirs: Vec<Vec<String>> = reader
            .records()
            .map(|record| record.unwrap().iter().map(str::to_owned).collect())
            .collect();
        assert_eq!(theirs, table, "the oracle reads what was written");

        let chunk = [1 + random.below(300), usize::MAX][random.below(2)];
        let options = CsvOptions { delimiter: b',', header: false };
        let outcome = Feed { options, chunk, ..Feed::default() }.run(&input);
        assert_eq!(outcome.fault, None);
        let text = |(_, text, _): &(_, Vec<u8>, _)| String::from_utf8(text.clone()).unwrap();
        let ours: Vec<Vec<String>> =
            outcome.rows.iter().map(|row| row.iter().map(text).collect()).collect();
        assert_eq!(ours, theirs);
    }
}

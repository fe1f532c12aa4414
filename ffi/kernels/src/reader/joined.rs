//! A column whose rows lie in parts, one behind the other, as several threads made them. It says
//! and gives out what one column of all the rows would.

use std::thread;

use crate::fault::Error;

use super::batch::{Described, ItemsDescribed};
use super::bits::Bits;
use super::column::{
    Column, DATA, DICTIONARY_BYTES, DICTIONARY_OFFSETS, Data, ITEM_DATA, OFFSETS, VALIDITY,
    WRONG_SIZE, copy_bits, copy_bytes, copy_numbers, item_part,
};
use super::dictionary::{DISTINCT_MAX, Dictionary};
use super::text::{PROBE_ROWS, Texts, VALUES_MIN};

/// Outputs from here on are filled by several threads.
const LARGE_OUTPUT: usize = 1 << 20;

/// All texts of a column, and for each part the codes that its codes become.
type Shared = (Dictionary, Vec<Vec<i32>>);

/// The parts of a column.
pub(super) struct Joined {
    parts: Vec<Column>,
    /// None where the texts are plain.
    dictionary: Option<Shared>,
    /// The items of lists.
    items: Option<Box<Joined>>,
    threads: usize,
}

impl Joined {
    /// Joins the parts, the first of which began the column.
    ///
    /// # Errors
    /// No memory, or texts that 32-bit offsets do not reach.
    pub fn of(mut parts: Vec<Column>, threads: usize) -> Result<Joined, Error> {
        let dictionary = match parts.first().map(|part| &part.data) {
            Some(Data::Text(_)) => settle(&mut parts)?,
            _ => None,
        };
        let items: Vec<Column> = parts.iter_mut().filter_map(Column::take_items).collect();
        let items = match items.is_empty() {
            true => None,
            false => Some(Box::new(Joined::of(items, threads)?)),
        };
        if items.as_ref().is_some_and(|items| items.rows() > i32::MAX as usize) {
            return Err(Error::OutOfMemory);
        }
        Ok(Joined { parts, dictionary, items, threads })
    }

    /// What the schema says of the column.
    pub fn described<'a>(&self, name: &'a str) -> Described<'a> {
        let dictionary = self.dictionary.as_ref();
        Described {
            name,
            kind: self.parts[0].kind,
            is_skipped: self.parts[0].is_skipped(),
            nulls: self.parts.iter().map(Column::nulls).sum(),
            dictionary: dictionary.map(|(texts, _)| (texts.len(), texts.bytes().len())),
            items: self.items.as_ref().map(|items| items.items_described()),
            bytes: match &self.parts[0].data {
                Data::Bool(_) => self.rows().div_ceil(8),
                _ if dictionary.is_some() => 4 * self.rows(),
                _ => self.parts.iter().map(Column::data_bytes).sum(),
            },
        }
    }

    /// What is said of these rows where they are the items of lists.
    fn items_described(&self) -> ItemsDescribed {
        let Described { nulls, bytes, .. } = self.described("");
        ItemsDescribed { length: self.rows(), nulls, bytes }
    }

    fn rows(&self) -> usize {
        self.parts.iter().map(|part| part.rows).sum()
    }

    /// Copies a part of the column into `out`, which has its exact size.
    ///
    /// # Errors
    /// No such part, or an output of another size.
    pub fn copy(&self, part: u32, out: &mut [u8]) -> Result<(), Error> {
        match (&self.parts[0].data, part) {
            (Data::Skipped, _) => Err(Error::BadArgument("the column was not read")),
            (_, VALIDITY) => copy_bits(&self.bits(|column| Some(&column.validity))?, out),
            (Data::Bool(_), DATA) => {
                let bits = self.bits(|column| match &column.data {
                    Data::Bool(bits) => Some(bits),
                    _ => None,
                })?;
                copy_bits(&bits, out)
            }
            (Data::Text(_), _) => self.copy_texts(part, out),
            (Data::List(_), OFFSETS) => self.copy_offsets(
                out,
                |column| lists_of(column).last().map_or(0, |&end| end as usize),
                lists_of,
            ),
            (Data::List(_), ITEM_DATA..) => match &self.items {
                Some(items) => items.copy(item_part(part), out),
                None => Err(Error::BadArgument("the column has no such part")),
            },
            (_, DATA) => {
                self.each(out, Column::data_bytes, |column, out, _| column.copy(DATA, out))
            }
            _ => Err(Error::BadArgument("the column has no such part")),
        }
    }

    fn copy_texts(&self, part: u32, out: &mut [u8]) -> Result<(), Error> {
        match (&self.dictionary, part) {
            (Some((_, maps)), DATA) => self.each(
                out,
                |column| 4 * column.rows,
                |column, out, index| copy_codes(column, &maps[index], out),
            ),
            (Some((texts, _)), DICTIONARY_OFFSETS) => {
                copy_numbers(texts.offsets(), out, |value: &i32| value.to_le_bytes())
            }
            (Some((texts, _)), DICTIONARY_BYTES) => copy_bytes(texts.bytes(), out),
            (None, DATA) => {
                self.each(out, Column::data_bytes, |column, out, _| column.copy(DATA, out))
            }
            (None, OFFSETS) => {
                self.copy_offsets(out, Column::data_bytes, |column| texts_of(column).plain().0)
            }
            _ => Err(Error::BadArgument("the column has no such part")),
        }
    }

    /// Offsets of plain texts or lists: those of a part begin where the part before it ends.
    fn copy_offsets(
        &self,
        out: &mut [u8],
        size: impl Fn(&Column) -> usize,
        offsets: impl Fn(&Column) -> &[i32] + Sync,
    ) -> Result<(), Error> {
        let Some((first, rest)) = out.split_first_chunk_mut::<4>() else {
            return Err(WRONG_SIZE);
        };
        *first = 0i32.to_le_bytes();
        let mut end = 0;
        let starts: Vec<i32> = self
            .parts
            .iter()
            .map(|part| {
                let start = end;
                end += size(part) as i32;
                start
            })
            .collect();
        self.each(
            rest,
            |column| 4 * column.rows,
            |column, out, index| {
                let start = starts[index];
                let offsets = &offsets(column)[1..];
                copy_numbers(offsets, out, |&offset: &i32| (start + offset).to_le_bytes())
            },
        )
    }

    /// One bitmap of those of all parts.
    fn bits<'a>(&'a self, of: impl Fn(&'a Column) -> Option<&'a Bits>) -> Result<Bits, Error> {
        let mut all = Bits::default();
        all.try_reserve(self.rows())?;
        for part in &self.parts {
            if let Some(bits) = of(part) {
                all.append(bits);
            }
        }
        Ok(all)
    }

    /// Fills the place of each part in `out`, on several threads where that pays.
    fn each(
        &self,
        mut out: &mut [u8],
        size: impl Fn(&Column) -> usize,
        fill: impl Fn(&Column, &mut [u8], usize) -> Result<(), Error> + Sync,
    ) -> Result<(), Error> {
        if self.parts.iter().map(&size).sum::<usize>() != out.len() {
            return Err(WRONG_SIZE);
        }
        let threads = if out.len() < LARGE_OUTPUT { 1 } else { self.threads };
        let share = out.len().div_ceil(threads);
        let mut shares: Vec<Vec<(&Column, &mut [u8], usize)>> = vec![Vec::new()];
        let mut filled = 0;
        for (index, part) in self.parts.iter().enumerate() {
            let (place, rest) = out.split_at_mut(size(part));
            out = rest;
            if filled >= share {
                shares.push(Vec::new());
                filled = 0;
            }
            filled += place.len();
            if let Some(last) = shares.last_mut() {
                last.push((part, place, index));
            }
        }
        let run = |share: Vec<(&Column, &mut [u8], usize)>| {
            share.into_iter().try_for_each(|(part, place, index)| fill(part, place, index))
        };
        let run = &run;
        thread::scope(|scope| {
            let own = shares.pop();
            let others: Vec<_> =
                shares.into_iter().map(|share| scope.spawn(move || run(share))).collect();
            let mut result = own.map_or(Ok(()), run);
            for other in others {
                match other.join() {
                    Ok(done) => result = result.and(done),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            result
        })
    }
}

fn texts_of(column: &Column) -> &Texts {
    match &column.data {
        Data::Text(texts) => texts,
        _ => unreachable!("the parts of a column have one type"),
    }
}

fn lists_of(column: &Column) -> &[i32] {
    match &column.data {
        Data::List(lists) => &lists.offsets,
        _ => unreachable!("the parts of a column have one type"),
    }
}

/// Codes as those of the whole column; a null row's is 0.
fn copy_codes(column: &Column, map: &[i32], out: &mut [u8]) -> Result<(), Error> {
    let Some((_, codes)) = texts_of(column).dictionary() else { return Err(WRONG_SIZE) };
    if map.first().is_none_or(|&first| first == 0) {
        return copy_numbers(codes, out, |&code: &i32| {
            map.get(code as usize).copied().unwrap_or(0).to_le_bytes()
        });
    }
    let (places, _) = out.as_chunks_mut::<4>();
    for (row, (place, &code)) in places.iter_mut().zip(codes).enumerate() {
        let code = if column.validity.get(row) { map[code as usize] } else { 0 };
        *place = code.to_le_bytes();
    }
    Ok(())
}

/// Decides the form of a column's texts as `Texts` does that has all rows, and brings all parts
/// into it.
fn settle(parts: &mut [Column]) -> Result<Option<Shared>, Error> {
    let dictionary = match parts.iter().any(|part| texts_of(part).is_plain) {
        true => None,
        false => shared_dictionary(parts)?,
    };
    if dictionary.is_none() {
        let mut bytes = 0;
        for part in parts {
            let Data::Text(texts) = &mut part.data else { continue };
            if !texts.is_plain {
                texts.make_plain(&part.validity)?;
            }
            bytes += texts.plain().1.len();
        }
        if bytes > i32::MAX as usize {
            return Err(Error::OutOfMemory);
        }
    }
    Ok(dictionary)
}

/// The texts of all parts in order of first appearance, if a dictionary of them pays.
fn shared_dictionary(parts: &[Column]) -> Result<Option<Shared>, Error> {
    let mut shared = Dictionary::default();
    let mut maps = Vec::with_capacity(parts.len());
    for part in parts {
        let Some((own, _)) = texts_of(part).dictionary() else { return Ok(None) };
        let mut map = Vec::with_capacity(own.len());
        for code in 0..own.len() {
            let text = own.text(code);
            map.push(shared.code(text, text.len())?);
        }
        maps.push(map);
        if shared.len() > DISTINCT_MAX {
            return Ok(None);
        }
    }
    let rows: usize = parts.iter().map(|part| part.rows).sum();
    let values: usize = parts.iter().map(|part| part.validity.count_ones()).sum();
    let pays = values >= VALUES_MIN && shared.len() <= values / 2;
    if !pays || (rows >= PROBE_ROWS && !passes_probe(parts, &maps)) {
        return Ok(None);
    }
    Ok(Some((shared, maps)))
}

/// Whether at most half of the values of the first rows are distinct.
fn passes_probe(parts: &[Column], maps: &[Vec<i32>]) -> bool {
    let (mut rows, mut values, mut distinct) = (0, 0, 0);
    for (part, map) in parts.iter().zip(maps) {
        let Some((_, codes)) = texts_of(part).dictionary() else { return false };
        for (row, &code) in codes.iter().enumerate().take(PROBE_ROWS - rows) {
            if part.validity.get(row) {
                values += 1;
                distinct = distinct.max(map[code as usize] as usize + 1);
            }
        }
        rows += codes.len().min(PROBE_ROWS - rows);
    }
    distinct <= values / 2
}

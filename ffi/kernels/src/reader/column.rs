//! A typed column that grows block by block into Arrow's layout.

use crate::block::{Block, Kind as FieldKind, Span};
use crate::duration::{self, Rules};
use crate::fault::Error;
use crate::values::{Type, parse_bool, parse_date, parse_decimal, parse_timestamp};
use crate::values::{parse_f64_of, parse_i32_of, parse_i64_of, parse_large_f64};

use super::batch::ItemsDescribed;
use super::bits::Bits;
use super::kind::Kind;
use super::list::Lists;
use super::text::Texts;

/// The parts of a column that [`Column::copy`] gives out.
pub(super) const DATA: u32 = 0;
pub(super) const VALIDITY: u32 = 1;
pub(super) const OFFSETS: u32 = 2;
pub(super) const DICTIONARY_OFFSETS: u32 = 3;
pub(super) const DICTIONARY_BYTES: u32 = 4;
pub(super) const ITEM_DATA: u32 = 5;
pub(super) const ITEM_VALIDITY: u32 = 6;
pub(super) const ITEM_OFFSETS: u32 = 7;

pub(super) enum Data {
    Bool(Bits),
    I32(Vec<i32>),
    I64(Vec<i64>),
    F64(Vec<f64>),
    /// Boxed, for it is large and a column of numbers or one that nobody wants has none.
    Text(Box<Texts>),
    /// Boxed, for it holds a column.
    List(Box<Lists>),
    /// Nobody wants the column.
    Skipped,
}

/// One column of a batch.
pub(super) struct Column {
    pub kind: Kind,
    /// Every field is text and a missing one is empty: there are no nulls.
    nulls_are_empty: bool,
    /// An f64 column takes integers beyond 2^53 that are written as an f64 prints.
    takes_large: bool,
    pub rows: usize,
    pub validity: Bits,
    pub data: Data,
}

impl Column {
    /// `rows_max` are the rows a batch can have; 0 = any number.
    pub fn new(kind: Kind, nulls_are_empty: bool, rows_max: usize) -> Column {
        let data = match kind.item {
            item if kind.is_list => Data::List(Box::new(Lists::new(item))),
            Type::Bool => Data::Bool(Bits::default()),
            Type::I32 | Type::Date => Data::I32(Vec::new()),
            Type::I64 | Type::Timestamp { .. } | Type::Decimal { .. } | Type::Duration => {
                Data::I64(Vec::new())
            }
            Type::F64 => Data::F64(Vec::new()),
            Type::Utf8 => Data::Text(Box::new(Texts::new(rows_max))),
        };
        let takes_large = false;
        Column { kind, nulls_are_empty, takes_large, rows: 0, validity: Bits::default(), data }
    }

    /// A column of the items of lists; its texts are never a dictionary, so that they can be taken
    /// back.
    pub fn items(item: Type) -> Column {
        let mut column = Column::new(Kind::one(item), false, 0);
        if let Data::Text(texts) = &mut column.data {
            **texts = Texts::without_dictionary();
        }
        column
    }

    /// A column that nobody wants: it takes everything and keeps nothing.
    pub fn skipped() -> Column {
        Column {
            kind: Kind::TEXT,
            nulls_are_empty: true,
            takes_large: false,
            rows: 0,
            validity: Bits::default(),
            data: Data::Skipped,
        }
    }

    /// Whether nobody wants the column.
    pub fn is_skipped(&self) -> bool {
        matches!(self.data, Data::Skipped)
    }

    /// An empty column of the same kind, for the rows of a piece.
    pub fn fork(&self) -> Column {
        self.fork_for(0)
    }

    /// An empty column of the same kind, for a batch of at most `rows_max` rows; 0 = for a piece.
    pub fn fork_for(&self, rows_max: usize) -> Column {
        if self.is_skipped() {
            return Column::skipped();
        }
        let mut fork = Column::new(self.kind, self.nulls_are_empty, rows_max);
        fork.takes_large = self.takes_large;
        match (&self.data, &mut fork.data) {
            (Data::Text(from), Data::Text(to)) if rows_max == 0 => **to = from.fork(),
            (Data::List(from), Data::List(to)) => **to = from.fork(),
            _ => {}
        }
        fork
    }

    /// Makes an f64 column take integers beyond 2^53 that are written as an f64 prints.
    pub fn take_large(&mut self) {
        self.takes_large = true;
        if let Data::List(lists) = &mut self.data {
            lists.take_large();
        }
    }

    /// Asks for room for `rows` rows in all, so that the column need not move when it grows. Room
    /// that stays unused is never touched, and without room the column grows as it goes.
    pub fn expect_rows(&mut self, rows: usize) {
        let _ = self.validity.try_reserve(rows);
        let _ = match &mut self.data {
            Data::Bool(bits) => bits.try_reserve(rows),
            Data::I32(data) => data.try_reserve_exact(rows),
            Data::I64(data) => data.try_reserve_exact(rows),
            Data::F64(data) => data.try_reserve_exact(rows),
            Data::Text(texts) => {
                texts.expect_rows(rows);
                Ok(())
            }
            Data::List(lists) => lists.offsets.try_reserve(rows),
            Data::Skipped => Ok(()),
        };
    }

    /// True if any text fits, so that [`Column::append`] never finds a misfit.
    pub fn takes_anything(&self) -> bool {
        self.kind == Kind::TEXT
    }

    /// Appends one row per span and returns the first span that does not fit, if any; then the
    /// rows before it are appended.
    pub fn append(&mut self, block: &Block, spans: &[Span]) -> Result<Option<usize>, Error> {
        let validity = &mut self.validity;
        let misfit = match (&mut self.data, self.kind.item) {
            (Data::Skipped, _) => None,
            (Data::Text(texts), _) => {
                texts.append(block, spans, self.nulls_are_empty, validity)?;
                None
            }
            (Data::List(lists), _) => lists.append(block, spans, validity)?,
            (Data::Bool(bits), _) => append_bools(bits, validity, block, spans)?,
            (Data::I32(data), Type::Date) => {
                append::<_, TIMES>(data, validity, block, spans, |rest, length| {
                    parse_date(&rest[..length])
                })?
            }
            (Data::I32(data), _) => {
                append::<_, NUMBERS>(data, validity, block, spans, parse_i32_of)?
            }
            (Data::I64(data), Type::Timestamp { zoned: true }) => {
                append::<_, TIMES>(data, validity, block, spans, |rest, length| {
                    parse_timestamp(&rest[..length], true)
                })?
            }
            (Data::I64(data), Type::Timestamp { zoned: false }) => {
                append::<_, TIMES>(data, validity, block, spans, |rest, length| {
                    parse_timestamp(&rest[..length], false)
                })?
            }
            (Data::I64(data), Type::Decimal { scale }) => {
                append::<_, DECIMALS>(data, validity, block, spans, |rest, length| {
                    parse_decimal(&rest[..length], scale)
                })?
            }
            (Data::I64(data), Type::Duration) => {
                append::<_, TIMES>(data, validity, block, spans, |rest, length| {
                    duration::parse_text(&rest[..length], &Rules::STRICT)
                })?
            }
            (Data::I64(data), _) => {
                append::<_, NUMBERS>(data, validity, block, spans, parse_i64_of)?
            }
            (Data::F64(data), _) => {
                let takes_large = self.takes_large;
                append::<_, NUMBERS>(data, validity, block, spans, |rest, length| {
                    parse_f64_of(rest, length).or_else(|| {
                        if takes_large { parse_large_f64(&rest[..length]) } else { None }
                    })
                })?
            }
        };
        self.rows += misfit.unwrap_or(spans.len());
        Ok(misfit)
    }

    /// Appends nulls, for a column that begins late.
    pub fn append_nulls(&mut self, rows: usize) -> Result<(), Error> {
        if self.is_skipped() {
            return Ok(());
        }
        self.validity.try_reserve(rows)?;
        self.validity.push_zeros(rows);
        match &mut self.data {
            Data::Bool(bits) => {
                bits.try_reserve(rows)?;
                bits.push_zeros(rows);
            }
            Data::I32(data) => extend_zeros(data, rows)?,
            Data::I64(data) => extend_zeros(data, rows)?,
            Data::F64(data) => extend_zeros(data, rows)?,
            Data::Text(texts) => texts.append_nulls(rows, &self.validity)?,
            Data::List(lists) => lists.append_nulls(rows)?,
            Data::Skipped => {}
        }
        self.rows += rows;
        Ok(())
    }

    /// Forgets the rows from `rows` on; only for types that have misfits, and items.
    pub fn truncate(&mut self, rows: usize) {
        self.rows = rows;
        self.validity.truncate(rows);
        match &mut self.data {
            Data::Bool(bits) => bits.truncate(rows),
            Data::I32(data) => data.truncate(rows),
            Data::I64(data) => data.truncate(rows),
            Data::F64(data) => data.truncate(rows),
            Data::List(lists) => lists.truncate(rows),
            Data::Text(texts) => texts.truncate(rows),
            Data::Skipped => {}
        }
    }

    /// Decides how the texts are stored, once the batch is whole.
    pub fn finish(&mut self) -> Result<(), Error> {
        match &mut self.data {
            Data::Text(texts) => texts.finish(&self.validity),
            _ => Ok(()),
        }
    }

    /// Forgets the rows, keeps the memory.
    pub fn clear(&mut self) {
        self.rows = 0;
        self.validity.clear();
        match &mut self.data {
            Data::Bool(bits) => bits.clear(),
            Data::I32(data) => data.clear(),
            Data::I64(data) => data.clear(),
            Data::F64(data) => data.clear(),
            Data::Text(texts) => texts.clear(),
            Data::List(lists) => lists.clear(),
            Data::Skipped => {}
        }
    }

    pub fn nulls(&self) -> usize {
        if self.is_skipped() {
            return 0;
        }
        self.rows - self.validity.count_ones()
    }

    /// Length and bytes of the dictionary, if the texts have one.
    pub fn dictionary(&self) -> Option<(usize, usize)> {
        let Data::Text(texts) = &self.data else { return None };
        let (dictionary, _) = texts.dictionary()?;
        Some((dictionary.len(), dictionary.bytes().len()))
    }

    /// Takes the items of lists; their offsets stay.
    pub fn take_items(&mut self) -> Option<Column> {
        let Data::List(lists) = &mut self.data else { return None };
        Some(std::mem::replace(&mut lists.items, Column::skipped()))
    }

    /// What the items of lists are.
    pub fn items_described(&self) -> Option<ItemsDescribed> {
        let Data::List(lists) = &self.data else { return None };
        let items = &lists.items;
        let (length, nulls, bytes) = (items.rows, items.nulls(), items.data_bytes());
        Some(ItemsDescribed { length, nulls, bytes })
    }

    /// Bytes of part 0.
    pub fn data_bytes(&self) -> usize {
        match &self.data {
            Data::Bool(bits) => bits.byte_length(),
            Data::I32(data) => data.len() * 4,
            Data::I64(data) => data.len() * 8,
            Data::F64(data) => data.len() * 8,
            Data::Text(texts) => match texts.dictionary() {
                Some((_, codes)) => codes.len() * 4,
                None => texts.plain().1.len(),
            },
            Data::List(_) | Data::Skipped => 0,
        }
    }

    /// Copies a part to `out`, which has its exact size.
    pub fn copy(&self, part: u32, out: &mut [u8]) -> Result<(), Error> {
        match (&self.data, part) {
            (Data::Skipped, _) => Err(Error::BadArgument("the column was not read")),
            (_, VALIDITY) => copy_bits(&self.validity, out),
            (Data::Bool(bits), DATA) => copy_bits(bits, out),
            (Data::I32(data), DATA) => copy_numbers(data, out, |value| value.to_le_bytes()),
            (Data::I64(data), DATA) => copy_numbers(data, out, |value| value.to_le_bytes()),
            (Data::F64(data), DATA) => copy_numbers(data, out, |value| value.to_le_bytes()),
            (Data::List(lists), OFFSETS) => {
                copy_numbers(&lists.offsets, out, |value: &i32| value.to_le_bytes())
            }
            (Data::List(lists), ITEM_DATA..) => lists.items.copy(item_part(part), out),
            (Data::Text(texts), _) => copy_texts(texts, part, out),
            _ => Err(Error::BadArgument("the column has no such part")),
        }
    }
}

/// The part of the items that a part of their column is.
pub(super) fn item_part(part: u32) -> u32 {
    match part {
        ITEM_DATA => DATA,
        ITEM_VALIDITY => VALIDITY,
        ITEM_OFFSETS => OFFSETS,
        _ => u32::MAX,
    }
}

fn copy_texts(texts: &Texts, part: u32, out: &mut [u8]) -> Result<(), Error> {
    let number = |value: &i32| value.to_le_bytes();
    match (texts.dictionary(), part) {
        (Some((_, codes)), DATA) => copy_numbers(codes, out, number),
        (Some((dictionary, _)), DICTIONARY_OFFSETS) => {
            copy_numbers(dictionary.offsets(), out, number)
        }
        (Some((dictionary, _)), DICTIONARY_BYTES) => copy_bytes(dictionary.bytes(), out),
        (None, DATA) => copy_bytes(texts.plain().1, out),
        (None, OFFSETS) => copy_numbers(texts.plain().0, out, number),
        _ => Err(Error::BadArgument("the column has no such part")),
    }
}

pub(super) const WRONG_SIZE: Error =
    Error::BadArgument("the output has another size than the part");

pub(super) fn copy_bytes(from: &[u8], out: &mut [u8]) -> Result<(), Error> {
    if from.len() != out.len() {
        return Err(WRONG_SIZE);
    }
    out.copy_from_slice(from);
    Ok(())
}

pub(super) fn copy_bits(from: &Bits, out: &mut [u8]) -> Result<(), Error> {
    if from.byte_length() != out.len() {
        return Err(WRONG_SIZE);
    }
    from.write(out);
    Ok(())
}

pub(super) fn copy_numbers<T, const N: usize>(
    from: &[T],
    out: &mut [u8],
    bytes: impl Fn(&T) -> [u8; N],
) -> Result<(), Error> {
    if from.len() * N != out.len() {
        return Err(WRONG_SIZE);
    }
    for (place, value) in out.as_chunks_mut::<N>().0.iter_mut().zip(from) {
        *place = bytes(value);
    }
    Ok(())
}

fn extend_zeros<T: Clone + Default>(data: &mut Vec<T>, rows: usize) -> Result<(), Error> {
    data.try_reserve(rows)?;
    data.resize(data.len() + rows, T::default());
    Ok(())
}

/// What a field is to a column that does not hold texts.
enum Field<'a> {
    Null,
    /// The block's bytes from the field's first on, and the field's length.
    Value(&'a [u8], usize),
    Misfit,
}

/// Which JSON values a column parses; of CSV every column parses every field. A number has no
/// unit of time, and decimals are often sent as strings.
const NUMBERS: u8 = 1;
const TIMES: u8 = 2;
const DECIMALS: u8 = NUMBERS | TIMES;

/// A quoted empty field is a null here (semantics 7), an empty JSON string a value.
#[inline(always)]
fn field<const TAKES: u8>(block: &Block, span: Span) -> Field<'_> {
    if span.is_empty() && !matches!(span.kind(), FieldKind::String) {
        return Field::Null;
    }
    let is_misfit = match span.kind() {
        FieldKind::String => TAKES & TIMES == 0,
        FieldKind::Number => TAKES & NUMBERS == 0,
        _ => false,
    };
    if is_misfit {
        return Field::Misfit;
    }
    Field::Value(block.text_on(span), span.len())
}

/// Appends values that `parse` makes of a field's bytes (and what lies behind them) and its
/// length; `TAKES` says which JSON values are parsed.
#[inline(always)]
fn append<T: Copy + Default, const TAKES: u8>(
    data: &mut Vec<T>,
    validity: &mut Bits,
    block: &Block,
    spans: &[Span],
    parse: impl Fn(&[u8], usize) -> Option<T>,
) -> Result<Option<usize>, Error> {
    data.try_reserve(spans.len())?;
    validity.try_reserve(spans.len())?;
    for (chunk_index, chunk) in spans.chunks(64).enumerate() {
        let mut values = [T::default(); 64];
        let mut valid = 0u64;
        let mut fitting = chunk.len();
        for (row, &span) in chunk.iter().enumerate() {
            let value = match field::<TAKES>(block, span) {
                Field::Null => continue,
                Field::Value(rest, length) => parse(rest, length),
                Field::Misfit => None,
            };
            let Some(value) = value else {
                fitting = row;
                break;
            };
            values[row] = value;
            valid |= 1 << row;
        }
        data.extend_from_slice(&values[..fitting]);
        if fitting > 0 {
            validity.push(valid, fitting);
        }
        if fitting < chunk.len() {
            return Ok(Some(chunk_index * 64 + fitting));
        }
    }
    Ok(None)
}

fn append_bools(
    bits: &mut Bits,
    validity: &mut Bits,
    block: &Block,
    spans: &[Span],
) -> Result<Option<usize>, Error> {
    bits.try_reserve(spans.len())?;
    validity.try_reserve(spans.len())?;
    for (chunk_index, chunk) in spans.chunks(64).enumerate() {
        let (mut set, mut valid) = (0u64, 0u64);
        let mut fitting = chunk.len();
        for (row, &span) in chunk.iter().enumerate() {
            let value = match field::<NUMBERS>(block, span) {
                Field::Null => continue,
                Field::Value(rest, length) => parse_bool(&rest[..length]),
                Field::Misfit => None,
            };
            let Some(value) = value else {
                fitting = row;
                break;
            };
            set |= u64::from(value) << row;
            valid |= 1 << row;
        }
        if fitting > 0 {
            bits.push(set, fitting);
            validity.push(valid, fitting);
        }
        if fitting < chunk.len() {
            return Ok(Some(chunk_index * 64 + fitting));
        }
    }
    Ok(None)
}

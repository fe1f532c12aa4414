//! The result of a profile as JSON, for TypeScript to read. Integers of 64 bits, dates and what
//! JSON has no number for are strings.

use std::fmt::Write;

use crate::hash::{Algorithm, Digest};
use crate::json_text::{push_f64, push_string};
use crate::values::{Type, format_date, format_timestamp};

use super::figures::{Figures, Value};
use super::hll::STANDARD_ERROR;
use super::kll::RANK_ERROR;

/// What a profile knows besides its columns.
pub struct Totals<'a> {
    pub rows: u64,
    pub bytes: u64,
    pub digests: &'a [(Algorithm, Digest)],
}

/// The whole result.
pub fn render(totals: &Totals, names: &[String], columns: &[Figures]) -> String {
    let mut out = format!("{{\"rows\":{},\"bytes\":{},\"digests\":{{", totals.rows, totals.bytes);
    for (index, (algorithm, digest)) in totals.digests.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        let _ = write!(out, "{comma}\"{}\":\"", algorithm.name());
        for byte in digest {
            let _ = write!(out, "{byte:02x}");
        }
        out.push('"');
    }
    out.push_str("},\"columns\":[");
    for (index, (name, figures)) in names.iter().zip(columns).enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_column(&mut out, name, figures);
    }
    out.push_str("]}");
    out
}

fn push_column(out: &mut String, name: &str, figures: &Figures) {
    let ty = figures.ty;
    out.push_str("{\"name\":");
    push_string(out, name);
    let zoned = ty == Type::Timestamp { zoned: true };
    let _ = write!(out, ",\"type\":\"{}\",\"zoned\":{zoned}", ty.name());
    let _ = write!(out, ",\"count\":{},\"nulls\":{}", figures.count, figures.nulls);
    if ty == Type::F64 {
        let _ = write!(out, ",\"nans\":{}", figures.nans);
    }
    let exact = figures.distinct_exact;
    let _ = write!(out, ",\"distinct\":{},\"distinctExact\":{exact}", figures.distinct);
    if !exact {
        let _ = write!(out, ",\"distinctError\":{STANDARD_ERROR}");
    }
    out.push_str(",\"min\":");
    push_value(out, ty, figures.min.as_ref());
    out.push_str(",\"max\":");
    push_value(out, ty, figures.max.as_ref());
    push_numeric(out, figures);
    push_top(out, figures);
    if ty == Type::Bool {
        let (trues, falses) = (figures.trues, figures.falses);
        let _ = write!(out, ",\"trueCount\":{trues},\"falseCount\":{falses}");
    }
    if ty == Type::Utf8 {
        let _ = match figures.lengths {
            Some((min, max)) => write!(out, ",\"lengthMin\":{min},\"lengthMax\":{max}"),
            None => write!(out, ",\"lengthMin\":null,\"lengthMax\":null"),
        };
    }
    out.push('}');
}

fn push_numeric(out: &mut String, figures: &Figures) {
    let ty = figures.ty;
    if matches!(ty, Type::I32 | Type::I64 | Type::F64) {
        for (key, figure) in [("mean", figures.mean), ("std", figures.std)] {
            let _ = write!(out, ",\"{key}\":");
            push_f64(out, figure.unwrap_or(f64::NAN));
        }
    }
    if matches!(ty, Type::Bool | Type::Utf8) {
        return;
    }
    out.push_str(",\"quantiles\":[");
    for (index, quantile) in figures.quantiles.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_value(out, ty, quantile.as_ref());
    }
    let _ = write!(out, "],\"quantilesExact\":{}", figures.quantiles_exact);
    if !figures.quantiles_exact {
        let _ = write!(out, ",\"quantilesError\":{RANK_ERROR}");
    }
}

fn push_top(out: &mut String, figures: &Figures) {
    out.push_str(",\"top\":[");
    for (index, (value, count)) in figures.top.iter().enumerate() {
        out.push_str(if index > 0 { ",[" } else { "[" });
        push_value(out, figures.ty, Some(value));
        let _ = write!(out, ",{count}]");
    }
    let _ = write!(out, "],\"topExact\":{}", figures.top_exact);
}

fn push_value(out: &mut String, ty: Type, value: Option<&Value>) {
    let Some(value) = value else {
        out.push_str("null");
        return;
    };
    match value {
        Value::Bool(value) => {
            let _ = write!(out, "{value}");
        }
        Value::Int(value) if ty == Type::I64 => {
            let _ = write!(out, "\"{value}\"");
        }
        Value::Int(value) => {
            let _ = write!(out, "{value}");
        }
        Value::Float(value) if value.is_finite() => push_f64(out, *value),
        Value::Float(value) => {
            let sign = if *value < 0.0 { "-" } else { "" };
            let _ = write!(out, "\"{sign}Infinity\"");
        }
        Value::Date(days) => {
            out.push('"');
            format_date(out, *days);
            out.push('"');
        }
        Value::Timestamp(micros) => {
            out.push('"');
            format_timestamp(out, *micros, ty == Type::Timestamp { zoned: true });
            out.push('"');
        }
        Value::Text(text) => push_string(out, &String::from_utf8_lossy(text)),
    }
}

//! Tables as Parquet files: uncompressed, without statistics or clock, so that equal rows are equal bytes.

use super::row::{Column, Kind, Row, Value};
use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::column::reader::{ColumnReader, get_typed_column_reader};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::fs::File;
use std::sync::Arc;

/// The table as the bytes of a Parquet file with one row group.
pub(super) fn print<R: Row>(rows: &[R]) -> Result<Vec<u8>> {
    let columns = R::columns();
    let schema = Arc::new(schema(&columns)?);
    let properties = WriterProperties::builder()
        .set_created_by("vesica".to_owned())
        .set_statistics_enabled(EnabledStatistics::None)
        .build();
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties))?;
    let values: Vec<Vec<Value>> = rows.iter().map(Row::values).collect();
    let mut group = writer.next_row_group()?;
    let mut index = 0;
    while let Some(mut column) = group.next_column()? {
        write_column(column.untyped(), values.iter().map(|row| &row[index]))?;
        column.close()?;
        index += 1;
    }
    group.close()?;
    writer.close()?;
    Ok(bytes)
}

/// The rows of a file as [`print`] writes it.
pub(super) fn parse<R: Row>(file: File) -> Result<Vec<R>> {
    let columns = R::columns();
    let reader = SerializedFileReader::new(file)?;
    let names = reader.metadata().file_metadata().schema_descr().columns().iter().map(|c| c.name().to_owned());
    if !names.eq(columns.iter().map(|column| column.name.clone())) {
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        return Err(ParquetError::General(format!("the columns must be {}", names.join(", "))));
    }
    let mut rows = Vec::new();
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group)?;
        let n_rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        let mut cells = Vec::new();
        for (index, column) in columns.iter().enumerate() {
            let read = read_column(group.get_column_reader(index)?, column.kind, n_rows)?;
            if read.len() != n_rows {
                return Err(ParquetError::General(format!("column `{}` is cut short", column.name)));
            }
            cells.push(read.into_iter());
        }
        for _ in 0..n_rows {
            let row: Vec<Value> = cells.iter_mut().filter_map(Iterator::next).collect();
            rows.push(R::from_values(row).map_err(ParquetError::General)?);
        }
    }
    Ok(rows)
}

fn schema(columns: &[Column]) -> Result<Type> {
    let fields: Result<Vec<Arc<Type>>> = columns.iter().map(|column| field(column).map(Arc::new)).collect();
    Type::group_type_builder("table").with_fields(fields?).build()
}

fn field(column: &Column) -> Result<Type> {
    let (physical, logical, repetition) = match column.kind {
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String), Repetition::REQUIRED),
        Kind::Number => (Physical::DOUBLE, None, Repetition::OPTIONAL),
        Kind::Whole => (Physical::INT64, None, Repetition::REQUIRED),
    };
    Type::primitive_type_builder(&column.name, physical).with_logical_type(logical).with_repetition(repetition).build()
}

fn write_column<'a>(writer: &mut ColumnWriter, values: impl Iterator<Item = &'a Value>) -> Result<()> {
    let (mut texts, mut numbers, mut wholes, mut defined) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for value in values {
        match value {
            Value::Text(text) => texts.push(ByteArray::from(text.as_str())),
            Value::Number(number) => {
                defined.push(i16::from(number.is_some()));
                numbers.extend(*number);
            }
            Value::Whole(number) => wholes.push(*number),
        }
    }
    match writer {
        ColumnWriter::ByteArrayColumnWriter(writer) => writer.write_batch(&texts, None, None)?,
        ColumnWriter::DoubleColumnWriter(writer) => writer.write_batch(&numbers, Some(&defined), None)?,
        ColumnWriter::Int64ColumnWriter(writer) => writer.write_batch(&wholes, None, None)?,
        _ => return Err(ParquetError::General("a column of another type".to_owned())),
    };
    Ok(())
}

fn read_column(reader: ColumnReader, kind: Kind, n_rows: usize) -> Result<Vec<Value>> {
    match (kind, reader) {
        (Kind::Text, reader @ ColumnReader::ByteArrayColumnReader(_)) => {
            let mut values = Vec::new();
            get_typed_column_reader::<ByteArrayType>(reader).read_records(n_rows, None, None, &mut values)?;
            values.iter().map(|text| Ok(Value::Text(text.as_utf8()?.to_owned()))).collect()
        }
        (Kind::Number, reader @ ColumnReader::DoubleColumnReader(_)) => {
            let (mut values, mut defined) = (Vec::new(), Vec::new());
            let mut reader = get_typed_column_reader::<DoubleType>(reader);
            reader.read_records(n_rows, Some(&mut defined), None, &mut values)?;
            let mut values = values.into_iter();
            Ok(defined.iter().map(|&level| Value::Number(if level > 0 { values.next() } else { None })).collect())
        }
        (Kind::Whole, reader @ ColumnReader::Int64ColumnReader(_)) => {
            let mut values = Vec::new();
            get_typed_column_reader::<Int64Type>(reader).read_records(n_rows, None, None, &mut values)?;
            Ok(values.into_iter().map(Value::Whole).collect())
        }
        _ => Err(ParquetError::General("a column of another type".to_owned())),
    }
}

//! A mail before it has a form: blocks, of which the text and the HTML are made. So both say the same.

use std::fmt::Write as _;

/// What a mail consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    Heading(String),
    Paragraph(String),
    /// Rows of a text and an amount; the last ones may be sums.
    Table(Vec<Row>),
    /// A link that is to be followed.
    Button {
        label: String,
        url: String,
    },
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub text: String,
    pub amount: String,
    pub is_sum: bool,
}

/// A mail in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub language: &'static str,
    pub subject: String,
    pub blocks: Vec<Block>,
}

/// The most characters of a row's text in the plain form, before its amount.
const ROW_WIDTH: usize = 48;

impl Document {
    /// The plain form.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        for block in &self.blocks {
            let _ = match block {
                Block::Heading(text) => writeln!(out, "{text}\n{}\n", "=".repeat(text.chars().count())),
                Block::Paragraph(text) => writeln!(out, "{text}\n"),
                Block::Table(rows) => {
                    for row in rows {
                        let _ = writeln!(out, "{:<ROW_WIDTH$} {}", row.text, row.amount);
                    }
                    writeln!(out)
                }
                Block::Button { label, url } => writeln!(out, "{label}:\n{url}\n"),
            };
        }
        out
    }

    /// The HTML form: one column, no pictures, no scripts; its styles are on the elements, as mail programs want it.
    #[must_use]
    pub fn html(&self) -> String {
        let mut out = format!(
            "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>{}</title></head>\n\
             <body style=\"margin:0;padding:16px;background:#f4f4f4;font-family:sans-serif;font-size:16px;line-height:1.5;color:#222\">\n\
             <div style=\"max-width:560px;margin:0 auto;padding:24px;background:#fff\">\n",
            self.language,
            escaped(&self.subject),
        );
        for block in &self.blocks {
            let _ = match block {
                Block::Heading(text) => {
                    writeln!(out, "<h1 style=\"font-size:22px;line-height:1.3\">{}</h1>", escaped(text))
                }
                Block::Paragraph(text) => writeln!(out, "<p>{}</p>", escaped(text)),
                Block::Table(rows) => {
                    out.push_str("<table style=\"width:100%;border-collapse:collapse\">\n");
                    for Row { text, amount, is_sum } in rows {
                        let (cell, weight) = if *is_sum { ("th", "bold") } else { ("td", "normal") };
                        let style =
                            format!("padding:4px 0;border-bottom:1px solid #ddd;font-weight:{weight}");
                        let _ = writeln!(
                            out,
                            "<tr><{cell} style=\"{style};text-align:left\">{}</{cell}>\
                             <{cell} style=\"{style};text-align:right;white-space:nowrap\">{}</{cell}></tr>",
                            escaped(text),
                            escaped(amount),
                        );
                    }
                    writeln!(out, "</table>")
                }
                Block::Button { label, url } => writeln!(
                    out,
                    "<p><a href=\"{0}\" style=\"display:inline-block;padding:12px 20px;background:#1a4fa0;color:#fff;text-decoration:none\">{1}</a></p>",
                    escaped(url),
                    escaped(label),
                ),
            };
        }
        out.push_str("</div>\n</body></html>\n");
        out
    }
}

/// For an element or a quoted attribute.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            letter => out.push(letter),
        }
    }
    out
}

//! The rules of the catalogue that the schema does not enforce: what a product is, how SKUs are made, which HTML is
//! safe to show, and how Shopify's product CSV is read, merged and written.

pub mod amount;
pub mod change;
pub mod csv;
pub mod draft;
pub mod encoding;
pub mod html;
pub mod import;
pub mod merge;
pub mod options;
pub mod product;
pub mod search;
pub mod shopify;
pub mod sku;
pub mod slug;
pub mod wholesale;

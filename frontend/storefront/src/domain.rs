//! The shop's addresses, words, forms and looks. Nothing here knows where products and prices come from.

pub mod address;
pub mod drawing;
pub mod form;
pub mod locale;
pub mod region;
pub mod settings;
pub mod site;
pub mod texts;

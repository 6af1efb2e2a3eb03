//! Where the shop meets HTTP, the other services, and HTML.

mod api;
mod assets;
mod html;
pub(crate) mod http;

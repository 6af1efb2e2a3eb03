//! The use cases of the gateway, each a free function over small ports.

pub mod change_password;
pub mod check_health;
pub mod check_password;
pub mod collect_dead_letters;
pub mod create_api_key;
pub mod create_user;
pub mod decide_approval;
pub mod delete_user;
pub mod discard_dead_letter;
pub mod end_session;
pub mod log_in;
pub mod log_out;
pub mod ports;
pub mod reconcile;
pub mod refresh_session;
pub mod replay_dead_letter;
pub mod reset_password;
pub mod revoke_api_key;
pub mod show_dashboard;
pub mod step_up;
pub mod update_user;

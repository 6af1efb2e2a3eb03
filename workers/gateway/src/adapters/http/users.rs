//! `/users` and `/users/{id}`: for admins.

use kernel::Timestamp;
use kernel::ids::{CustomerId, UserId};
use kernel::text::{Email, Name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{
    Answer, Context, Created, Json, List, NoContent, Page, Path, Present, Problem, ProblemCode, Query, Reply,
    Route, Tagged,
};

use super::grants;
use crate::adapters::breaches::BreachList;
use crate::adapters::store::{self, Store};
use crate::application::create_user::{self, UserWriteError};
use crate::application::ports::{UserDraft, Users};
use crate::application::{delete_user, update_user};
use crate::domain::password::NewPassword;
use crate::domain::user::{Misfit, Role, User};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/users", grants::USER_WRITE, "List the users, the oldest first.", list_users),
        Route::post("/api/users", grants::USER_WRITE, "Add a user.", create_user).audited().step_up()
            .details("Wholesalers need a `customerId`; staff have none.")
            .problems(&[ProblemCode::EmailTaken]),
        Route::get("/api/users/{id}", grants::USER_WRITE, "Show a user.", show_user),
        Route::put("/api/users/{id}", grants::USER_WRITE, "Replace a user's data.", update_user).audited().step_up()
            .details(
                "Without a `password` it stays unchanged. The user's sessions end when the role, the customer or the \
                 password changes, or when the user is disabled. The last admin must stay an admin.",
            )
            .problems(&[ProblemCode::EmailTaken, ProblemCode::StateConflict, ProblemCode::PreconditionFailed]),
        Route::delete("/api/users/{id}", grants::USER_WRITE, "Remove a user.", delete_user).audited().step_up()
            .details("Ends the user's sessions and keys. The id stays known; the personal data is removed.")
            .problems(&[ProblemCode::StateConflict, ProblemCode::PreconditionFailed]),
    ]
}

const CREATED: Present<User> = Present::new(|user| Created(UserJson::from(user)).into_response());
const CHANGED: Present<User> = Present::new(|user| tagged(user).into_response());
const REMOVED: Present<User> = Present::new(|_| NoContent.into_response());

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "CreateUser")]
struct NewUser {
    email: Email,
    name: Name,
    role: Role,
    /// The customer that the user acts for.
    customer_id: Option<CustomerId>,
    /// Whether the user is locked out.
    #[serde(default)]
    disabled: bool,
    password: NewPassword,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "UpdateUser")]
struct ChangedUser {
    email: Email,
    name: Name,
    role: Role,
    /// The customer that the user acts for.
    customer_id: Option<CustomerId>,
    /// Whether the user is locked out.
    #[serde(default)]
    disabled: bool,
    /// Unchanged when it is left out.
    password: Option<NewPassword>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "User")]
pub(super) struct UserJson {
    id: UserId,
    email: Email,
    name: Name,
    role: Role,
    /// The customer that the user acts for.
    customer_id: Option<CustomerId>,
    /// Whether the user is locked out.
    disabled: bool,
    created_at: Timestamp,
    /// Rises with each change; the `ETag`.
    version: i64,
}

impl From<&User> for UserJson {
    fn from(user: &User) -> Self {
        Self {
            id: user.id,
            email: user.email.clone(),
            name: user.name.clone(),
            role: user.role,
            customer_id: user.customer_id,
            disabled: user.disabled,
            created_at: user.created_at,
            version: user.version,
        }
    }
}

fn tagged(user: &User) -> Tagged<UserJson> {
    Tagged(user.version, user.into())
}

async fn list_users(context: Context, Query(page): Query<Page>) -> Result<Reply<List<UserJson>>, Problem> {
    let users = store::list_users(&context, page.cursor.as_ref(), page.limit).await?;
    let users: Vec<UserJson> = users.iter().map(Into::into).collect();
    Ok(web::list(users, page.limit, |user| user.id.to_string()))
}

async fn show_user(context: Context, Path(id): Path<UserId>) -> Result<Tagged<UserJson>, Problem> {
    let user = Store::new(&context).find_user(id).await?.ok_or_else(|| Problem::not_found("user"))?;
    Ok(tagged(&user))
}

async fn create_user(context: Context, Json(user): Json<NewUser>) -> Result<Created<UserJson>, Problem> {
    let NewUser { email, name, role, customer_id, disabled, password } = user;
    let draft = UserDraft { email, name, role, customer_id, disabled };
    let (users, salt) = (Store::answering(&context, CREATED), context.world.random()?);
    let user = create_user::create_user(&users, &BreachList(&context), draft, &password, salt)
        .await
        .map_err(problem)?;
    Ok(Created(UserJson::from(&user)))
}

async fn update_user(
    context: Context,
    Path(id): Path<UserId>,
    Json(user): Json<ChangedUser>,
) -> Result<Tagged<UserJson>, Problem> {
    let ChangedUser { email, name, role, customer_id, disabled, password } = user;
    let draft = UserDraft { email, name, role, customer_id, disabled };
    let (users, salt) = (Store::answering(&context, CHANGED), context.world.random()?);
    let password = password.map(|password| (password, salt));
    let user =
        update_user::update_user(&users, &BreachList(&context), id, context.if_match(), draft, password)
            .await;
    Ok(tagged(&user.map_err(problem)?))
}

async fn delete_user(context: Context, Path(id): Path<UserId>) -> Result<NoContent, Problem> {
    let users = Store::answering(&context, REMOVED);
    delete_user::delete_user(&users, id, context.if_match()).await.map_err(problem)?;
    Ok(NoContent)
}

fn problem(error: UserWriteError) -> Problem {
    match error {
        UserWriteError::Misfit(Misfit::CustomerMissing) => {
            Problem::field("/customerId", "is required for a wholesaler")
        }
        UserWriteError::Misfit(Misfit::CustomerUnexpected) => {
            Problem::field("/customerId", "is for wholesalers and customers only")
        }
        UserWriteError::Weak(detail) => Problem::field("/password", detail),
        UserWriteError::EmailTaken => {
            let taken = web::FieldError::new("/email", "belongs to another user");
            Problem::new(ProblemCode::EmailTaken, "Another user has this e-mail.").with_errors(vec![taken])
        }
        UserWriteError::Stale => Problem::new(
            ProblemCode::PreconditionFailed,
            "The user was changed in the meantime. Read it again.",
        ),
        UserWriteError::Gone => Problem::not_found("user"),
        UserWriteError::LastAdmin => {
            Problem::state_conflict("This is the last admin: nobody could manage the users any more.")
        }
        UserWriteError::Failure(failure) => failure.into(),
    }
}

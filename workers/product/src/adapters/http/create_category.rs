//! `POST /categories`. One batch.

use kernel::Timestamp;
use kernel::ids::CategoryId;
use kernel::text::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Answer, Context, Created, FieldError, Json, Present, Problem, ProblemCode, Route};

use super::grants;
use crate::adapters::store::Store;
use crate::application::create_category::create_category;
use crate::application::ports::CreateCategoryError;
use crate::domain::product::ListedCategory;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/categories", grants::CATALOGUE_WRITE, "Add a category.", handle)
            .audited()
            .problems(&[ProblemCode::CategoryExists]),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "CreateCategory")]
pub(super) struct CategoryBody {
    name: Name,
    /// The parent category, by name or slug.
    parent: Option<Name>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Category")]
pub(super) struct CategoryJson {
    pub(super) id: CategoryId,
    pub(super) name: Name,
    /// The name in lower case with words joined by `-`.
    pub(super) slug: String,
    /// The slug of the parent category.
    pub(super) parent: Option<String>,
    pub(super) created_at: Timestamp,
}

impl From<ListedCategory> for CategoryJson {
    fn from(listed: ListedCategory) -> Self {
        let ListedCategory { id, category, parent, created_at } = listed;
        Self { id, name: category.name, slug: category.slug, parent, created_at }
    }
}

const CREATED: Present<ListedCategory> =
    Present::new(|category| Created(CategoryJson::from(category.clone())).into_response());

async fn handle(context: Context, Json(body): Json<CategoryBody>) -> Result<Created<CategoryJson>, Problem> {
    let CategoryBody { name, parent } = body;
    let store = Store::answering(&context, CREATED);
    let new = create_category(&store, name, parent.as_ref(), context.new_id()?, context.now()).await;
    Ok(Created(new.map_err(problem)?.into()))
}

fn problem(error: CreateCategoryError) -> Problem {
    match error {
        CreateCategoryError::Name(error) => Problem::field("/name", error.to_string()),
        CreateCategoryError::Exists => {
            Problem::new(ProblemCode::CategoryExists, "A category with this name already exists.")
                .with_errors(vec![FieldError::new("/name", "belongs to another category")])
        }
        CreateCategoryError::UnknownParent => Problem::field("/parent", "is not a category"),
        CreateCategoryError::Failure(failure) => failure.into(),
    }
}

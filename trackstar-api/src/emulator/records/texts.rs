//! What texts stand in generated records, by the names of their fields.

const PRODUCTS: [&str; 12] = [
    "Enamel Mug",
    "Linen Towel",
    "Oak Tray",
    "Wool Blanket",
    "Steel Bottle",
    "Canvas Bag",
    "Desk Lamp",
    "Soap Dish",
    "Bamboo Brush",
    "Glass Carafe",
    "Cork Mat",
    "Clay Pot",
];
const COLOURS: [&str; 8] = [
    "Blue", "Green", "Red", "White", "Black", "Grey", "Yellow", "Brown",
];
const FIRST_NAMES: [&str; 8] = [
    "Ada", "Grace", "Alan", "Edith", "Linus", "Mary", "Niels", "Rosa",
];
const LAST_NAMES: [&str; 8] = [
    "Byron", "Hopper", "Marsh", "Clarke", "Berg", "Shelley", "Holm", "Lind",
];
const CITIES: [(&str, &str, &str); 6] = [
    ("Reno", "NV", "89501"),
    ("Austin", "TX", "78701"),
    ("Columbus", "OH", "43004"),
    ("Newark", "NJ", "07102"),
    ("Tacoma", "WA", "98402"),
    ("Atlanta", "GA", "30303"),
];

/// Where in a record a value stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) area: &'a str,
    pub(super) noun: &'a str,
    pub(super) id: &'a str,
    pub(super) index: usize,
    /// The product that this object is about: its sku and its id belong together.
    pub(super) product: usize,
    pub(super) seed: u64,
    pub(super) depth: u8,
}

/// The text of a field.
pub(super) fn text(name: &str, place: &Place) -> String {
    let number = place.index;
    let product = place.product;
    let first_name = pick(&FIRST_NAMES, number);
    let last_name = pick(&LAST_NAMES, number / FIRST_NAMES.len());
    let (city, state, postal_code) = pick(&CITIES, number);
    let last = name.rsplit('_').next().unwrap_or(name);
    match (name, last) {
        ("id", _) => place.id.to_owned(),
        ("object", _) => "connection".to_owned(),
        ("openapi", _) => "3.1.0".to_owned(),
        ("integration_name" | "integration_allow_list" | "integration_block_list", _) => {
            "sandbox".to_owned()
        }
        ("integrations_with_endpoints", _) => "get_inventory".to_owned(),
        (_, "id") => format!(
            "{}{}",
            name.trim_end_matches("id").replace('_', "-"),
            1 + place.seed % 99
        ),
        (_, "sku") => sku(product),
        ("gtin" | "barcode" | "upc", _) => format!("{:013}", 4_000_000_000_000 + product),
        (_, "number") => (1000 + number).to_string(),
        ("tracking_url" | "image_url" | "external_system_url", _) | (_, "url") => {
            format!("https://example.com/{}", place.id)
        }
        (_, "email") | ("email_address", _) => {
            format!(
                "{}.{}@example.com",
                first_name.to_lowercase(),
                last_name.to_lowercase()
            )
        }
        (_, "phone") | ("phone_number", _) => format!("+1555{number:07}"),
        ("first_name", _) => first_name.to_owned(),
        ("last_name", _) => last_name.to_owned(),
        ("full_name" | "customer_name" | "contact_name", _) => format!("{first_name} {last_name}"),
        ("company" | "company_name", _) => format!("{last_name} & Sons"),
        ("address1" | "address_1" | "line1" | "line_1" | "street", _) => {
            format!("{} Main Street", 1 + number % 900)
        }
        (_, "country") => "US".to_owned(),
        ("state", _) => state.to_owned(),
        ("city", _) => city.to_owned(),
        ("postal_code" | "zip", _) => postal_code.to_owned(),
        (_, "currency" | "code") if name.contains("currency") => "USD".to_owned(),
        ("unit", _) => "in".to_owned(),
        ("weight_unit", _) => "lb".to_owned(),
        ("file_type", _) => "csv".to_owned(),
        ("file_name" | "filename", _) => format!("invoice-{number:06}.csv"),
        ("name", _) if matches!(place.noun, "product" | "item" | "inventory") => {
            let colour = pick(&COLOURS, product / PRODUCTS.len());
            format!("{colour} {}", pick(&PRODUCTS, product))
        }
        ("name", _) if matches!(place.noun, "customer" | "employee") => {
            format!("{first_name} {last_name}")
        }
        ("name", _) => format!("{} {number}", capital(&place.noun.replace('-', " "))),
        _ => format!(
            "{} {}",
            capital(&name.replace('_', " ")),
            1 + place.seed % 99
        ),
    }
}

pub(super) fn sku(product: usize) -> String {
    format!("SKU-{product:06}")
}

fn pick<T: Copy + Default, const N: usize>(all: &[T; N], number: usize) -> T {
    all.get(number % N).copied().unwrap_or_default()
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase());
    first.into_iter().flatten().chain(letters).collect()
}

//! Units of estates.

use serde_json::{Value, json};

use super::Caller;
use super::samples::{Sample, csv, get, patch, post};
use super::world::name;

/// A good unit of an estate, with an owner.
pub fn unit(estate: &str) -> Value {
    let owner = json!({"kind": "person", "name": "王小明", "phone": "13800001234", "identity_number": "37020219900101123X"});
    json!({"estate_id": estate, "building": "3", "entrance": "2", "number": name("房"), "area": 8956, "area_basis": "registered",
        "sold": true, "delivered_on": "2019-06-30", "owners": [owner]})
}

/// A good request of an operation about units.
pub async fn sample(maker: &Caller<'_>, operation: &str, community: &str) -> Sample {
    let estate = maker.estate(community).await;
    match operation {
        "createEstateUnit" => return post("/v1/estate-units", unit(&estate)),
        "importEstateUnits" => {
            let lines = "楼号,房号,建筑面积（平方米）,面积依据,已售,业主\n1,101,89.56,登记,是,王小明\n".to_owned();
            return csv(&format!("/v1/estate-units/import?estate_id={estate}"), lines);
        }
        _ => {}
    }
    let id = maker.makes("/v1/estate-units", unit(&estate)).await.id();
    let path = format!("/v1/estate-units/{id}");
    match operation {
        "listEstateUnits" => get(format!("/v1/estate-units?estate_id={estate}&limit=1")),
        "getEstateUnit" => get(path),
        "updateEstateUnit" => patch(path, json!({"area": 9012})),
        "changeUnitOwners" => {
            let owners = json!([{"kind": "person", "name": "赵强"}]);
            post(format!("{path}/change-owners"), json!({"sold": true, "owners": owners, "reason": "二手房过户"}))
        }
        "voidEstateUnit" => post(format!("{path}/void"), json!({"reason": "录入错误"})),
        "discloseUnitOwners" => get(format!("{path}/disclosure?purpose=handling")),
        _ => panic!("{operation} has no sample"),
    }
}

// @generated automatically by Diesel CLI.

diesel::table! {
    audit_entries (id) {
        id -> Uuid,
        at -> Timestamptz,
        caller -> Text,
        client_id -> Nullable<Text>,
        role -> Text,
        action -> Text,
        kind -> Text,
        record_id -> Text,
        jurisdiction -> Text,
        request_id -> Uuid,
        before -> Nullable<Json>,
        after -> Nullable<Json>,
    }
}

diesel::table! {
    changes (tx, seq) {
        tx -> Int8,
        seq -> Int8,
        kind -> Text,
        record_id -> Text,
        op -> Text,
        reason -> Nullable<Text>,
        version -> Int8,
        jurisdiction -> Text,
        moved_to -> Nullable<Text>,
        changed_at -> Timestamptz,
        data -> Nullable<Text>,
        city_code -> Text,
        district_code -> Text,
        street_code -> Text,
        community_code -> Text,
    }
}

diesel::table! {
    dispute_events (dispute_id, version) {
        dispute_id -> Uuid,
        version -> Int8,
        at -> Timestamptz,
        action -> Text,
        from_status -> Nullable<Text>,
        to_status -> Text,
        note -> Nullable<Text>,
        role -> Text,
        caller -> Text,
    }
}

diesel::table! {
    dispute_parties (dispute_id, position) {
        dispute_id -> Uuid,
        position -> Int2,
        role -> Text,
        kind -> Text,
        name -> Text,
        representative -> Nullable<Text>,
        phone -> Nullable<Text>,
    }
}

diesel::table! {
    disputes (id) {
        id -> Uuid,
        number -> Text,
        jurisdiction -> Text,
        title -> Text,
        description -> Nullable<Text>,
        category -> Text,
        estate_name -> Nullable<Text>,
        status -> Text,
        assignee -> Nullable<Text>,
        resolution -> Nullable<Text>,
        reported_at -> Timestamptz,
        created_by -> Text,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        city_code -> Text,
        district_code -> Text,
        street_code -> Text,
        community_code -> Text,
    }
}

diesel::table! {
    idempotency_keys (caller, key) {
        caller -> Text,
        key -> Text,
        fingerprint -> Bytea,
        status -> Int2,
        body -> Text,
        location -> Nullable<Text>,
        version -> Int8,
        kind -> Text,
        record_id -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    jurisdictions (code) {
        code -> Text,
        level -> Text,
        name -> Text,
        parent_code -> Nullable<Text>,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::joinable!(dispute_events -> disputes (dispute_id));
diesel::joinable!(dispute_parties -> disputes (dispute_id));
diesel::joinable!(disputes -> jurisdictions (jurisdiction));

diesel::allow_tables_to_appear_in_same_query!(
    audit_entries,
    changes,
    dispute_events,
    dispute_parties,
    disputes,
    idempotency_keys,
    jurisdictions,
);

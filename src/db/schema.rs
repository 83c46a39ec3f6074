// @generated automatically by Diesel CLI.

diesel::table! {
    agreements (id) {
        id -> Uuid,
        number -> Text,
        jurisdiction -> Text,
        mediation_id -> Uuid,
        dispute_id -> Uuid,
        mediator_subject -> Nullable<Text>,
        applicant_subject -> Text,
        form -> Text,
        status -> Text,
        facts -> Text,
        points_at_issue -> Nullable<Text>,
        responsibilities -> Nullable<Text>,
        obligations -> Jsonb,
        signatures -> Jsonb,
        sealed_on -> Nullable<Date>,
        effective_on -> Nullable<Date>,
        confirmation -> Json,
        visit_due_on -> Nullable<Date>,
        visit_note -> Nullable<Text>,
        reason -> Nullable<Text>,
        next_step_at -> Nullable<Timestamptz>,
        created_by -> Text,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        city_code -> Text,
        district_code -> Text,
        street_code -> Text,
        community_code -> Text,
        level -> Text,
        taken_steps -> Jsonb,
        enforcement -> Json,
    }
}

diesel::table! {
    audit_entries (id, at) {
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
    calendar_years (id) {
        id -> Uuid,
        jurisdiction -> Text,
        year -> Int4,
        days -> Jsonb,
        legal_basis -> Text,
        created_by -> Text,
        version -> Int8,
        applied_version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        applying_version -> Int8,
        applied_up_to -> Nullable<Uuid>,
        voided_on -> Nullable<Date>,
        void_reason -> Nullable<Text>,
    }
}

diesel::table! {
    caucus_notes (id) {
        id -> Uuid,
        session_id -> Uuid,
        written_by -> Text,
        written_at -> Timestamptz,
        party_position -> Nullable<Int2>,
        note -> Text,
    }
}

diesel::table! {
    certificates (id) {
        id -> Uuid,
        number -> Text,
        jurisdiction -> Text,
        code -> Text,
        learner_id -> Uuid,
        subject -> Nullable<Text>,
        holder_name -> Text,
        enrollment_id -> Uuid,
        training_id -> Uuid,
        title -> Text,
        hours -> Int4,
        issued_on -> Date,
        expires_on -> Nullable<Date>,
        stage -> Text,
        revoked_on -> Nullable<Date>,
        reason -> Nullable<Text>,
        renewal_id -> Nullable<Uuid>,
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
    database_identity (only_one) {
        only_one -> Bool,
        system_identifier -> Int8,
        epoch -> Uuid,
        adopted_at -> Timestamptz,
        database_oid -> Nullable<Int8>,
    }
}

diesel::table! {
    consultations (id) {
        id -> Uuid,
        jurisdiction -> Text,
        organization_id -> Nullable<Uuid>,
        title -> Text,
        background -> Text,
        options -> Jsonb,
        estate_ids -> Jsonb,
        grid_unit_ids -> Jsonb,
        buildings -> Jsonb,
        links -> Jsonb,
        hearings -> Jsonb,
        closes_on -> Date,
        status -> Text,
        opened_at -> Nullable<Timestamptz>,
        reason -> Nullable<Text>,
        result -> Json,
        published_at -> Nullable<Timestamptz>,
        groups -> Jsonb,
        next_step_on -> Nullable<Date>,
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
    council_meetings (id) {
        id -> Uuid,
        jurisdiction -> Text,
        council_id -> Uuid,
        estate_id -> Nullable<Uuid>,
        kind -> Text,
        title -> Text,
        place -> Text,
        starts_at -> Timestamptz,
        ends_at -> Timestamptz,
        status -> Text,
        series_id -> Nullable<Uuid>,
        decision -> Text,
        seats -> Jsonb,
        delegates -> Jsonb,
        record -> Json,
        notified_at -> Nullable<Timestamptz>,
        opened_at -> Nullable<Timestamptz>,
        concluded_at -> Nullable<Timestamptz>,
        reason -> Nullable<Text>,
        next_due_on -> Nullable<Date>,
        public_text -> Nullable<Text>,
        published_at -> Nullable<Timestamptz>,
        objections_until -> Nullable<Date>,
        texts -> Json,
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
    councils (id) {
        id -> Uuid,
        jurisdiction -> Text,
        estate_id -> Nullable<Uuid>,
        kind -> Text,
        name -> Text,
        decision -> Text,
        seats -> Jsonb,
        delegates -> Jsonb,
        requests -> Jsonb,
        answer_due_on -> Nullable<Date>,
        status -> Text,
        dissolution_reason -> Nullable<Text>,
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
    dispute_categories (id) {
        id -> Uuid,
        jurisdiction -> Text,
        code -> Text,
        title -> Nullable<Text>,
        active -> Nullable<Bool>,
        matter -> Nullable<Text>,
        first_level -> Nullable<Text>,
        risk -> Nullable<Text>,
        required_fields -> Nullable<Jsonb>,
        accept_days -> Nullable<Int4>,
        first_contact_days -> Nullable<Int4>,
        resolve_days -> Nullable<Int4>,
        extension_days -> Nullable<Int4>,
        legal_basis -> Text,
        valid_from -> Date,
        created_by -> Text,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        voided_on -> Nullable<Date>,
        void_reason -> Nullable<Text>,
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
    dispute_guests (guest, dispute_id) {
        guest -> Text,
        dispute_id -> Uuid,
        kind -> Text,
        reason -> Text,
        invited_at -> Timestamptz,
        name -> Nullable<Text>,
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
        organization_id -> Nullable<Uuid>,
        address -> Nullable<Text>,
        subject -> Nullable<Text>,
        linked_at -> Nullable<Timestamptz>,
        links -> Int2,
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
        level -> Text,
        estate_id -> Nullable<Uuid>,
        organization_id -> Nullable<Uuid>,
        risk -> Text,
        confidential -> Bool,
        card -> Text,
        due_at -> Nullable<Timestamptz>,
        next_step_at -> Nullable<Timestamptz>,
        approver -> Nullable<Text>,
        parent_id -> Nullable<Uuid>,
        progress -> Json,
        terms -> Array<Nullable<Text>>,
        taken_steps -> Jsonb,
    }
}

diesel::table! {
    division_changes (id) {
        id -> Uuid,
        jurisdiction -> Text,
        kind -> Text,
        effective_on -> Date,
        legal_basis -> Text,
        steps -> Jsonb,
        moved -> Int8,
        created_by -> Text,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        city_code -> Text,
        district_code -> Text,
        street_code -> Text,
        community_code -> Text,
        status -> Text,
        stuck_count -> Int8,
        stuck -> Jsonb,
        completed_at -> Nullable<Timestamptz>,
        moves -> Jsonb,
        position -> Int4,
        moved_up_to -> Uuid,
        moved_before -> Int8,
        next_step_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    duties (id) {
        id -> Uuid,
        jurisdiction -> Text,
        estate_id -> Nullable<Uuid>,
        council_id -> Nullable<Uuid>,
        meeting_id -> Nullable<Uuid>,
        item_id -> Nullable<Uuid>,
        position -> Nullable<Int2>,
        organization_id -> Uuid,
        title -> Text,
        task -> Text,
        starts_on -> Date,
        working_days -> Int4,
        extension_days -> Nullable<Int4>,
        due_on -> Date,
        provisional -> Bool,
        status -> Text,
        card -> Text,
        progress -> Jsonb,
        reviews -> Jsonb,
        reported_on -> Nullable<Date>,
        in_time -> Nullable<Bool>,
        reason -> Nullable<Text>,
        next_step_on -> Nullable<Date>,
        taken_steps -> Jsonb,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        city_code -> Text,
        district_code -> Text,
        street_code -> Text,
        community_code -> Text,
        vote_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    estate_units (id) {
        id -> Uuid,
        jurisdiction -> Text,
        estate_id -> Uuid,
        building -> Text,
        entrance -> Text,
        number -> Text,
        area -> Int8,
        area_basis -> Text,
        sold -> Bool,
        delivered_on -> Nullable<Date>,
        status -> Text,
        reason -> Nullable<Text>,
        owners -> Jsonb,
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
    estates (id) {
        id -> Uuid,
        jurisdiction -> Text,
        name -> Text,
        address -> Nullable<Text>,
        units -> Int4,
        households -> Int4,
        area -> Int8,
        longitude -> Nullable<Float8>,
        latitude -> Nullable<Float8>,
        created_by -> Text,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        city_code -> Text,
        district_code -> Text,
        street_code -> Text,
        community_code -> Text,
        committee_id -> Nullable<Uuid>,
        committee_ends_on -> Nullable<Date>,
    }
}

diesel::table! {
    grid_enrollments (id) {
        id -> Uuid,
        jurisdiction -> Text,
        organization_id -> Nullable<Uuid>,
        estate_id -> Nullable<Uuid>,
        status -> Text,
        invited_on -> Date,
        joined_on -> Nullable<Date>,
        left_on -> Nullable<Date>,
        reason -> Nullable<Text>,
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
    grid_records (id) {
        id -> Uuid,
        jurisdiction -> Text,
        kind -> Text,
        title -> Text,
        description -> Nullable<Text>,
        estate_id -> Nullable<Uuid>,
        place -> Nullable<Text>,
        patrol_id -> Nullable<Uuid>,
        observed_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        status -> Text,
        outcome -> Nullable<Text>,
        dispute_id -> Nullable<Uuid>,
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
    grid_unit_periods (grid_unit_id, valid_from) {
        grid_unit_id -> Uuid,
        valid_from -> Date,
        valid_until -> Nullable<Date>,
        status -> Text,
        name -> Text,
        lead_name -> Nullable<Text>,
        lead_phone -> Nullable<Text>,
        worker_name -> Nullable<Text>,
        worker_phone -> Nullable<Text>,
        party_group -> Nullable<Text>,
        households -> Int4,
        reason -> Nullable<Text>,
        party_members -> Nullable<Int4>,
        worker_full_time -> Nullable<Bool>,
    }
}

diesel::table! {
    grid_units (id) {
        id -> Uuid,
        jurisdiction -> Text,
        successor_id -> Nullable<Uuid>,
        created_by -> Text,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        city_code -> Text,
        district_code -> Text,
        street_code -> Text,
        community_code -> Text,
        taken_steps -> Jsonb,
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
        within_reach -> Bool,
        jurisdiction -> Nullable<Text>,
    }
}

diesel::table! {
    job_failures (job, record_id) {
        job -> Text,
        record_id -> Text,
        attempts -> Int4,
        failed_at -> Timestamptz,
        retry_at -> Timestamptz,
        cause -> Text,
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
        revoked_on -> Nullable<Date>,
        successor_code -> Nullable<Text>,
    }
}

diesel::table! {
    learner_merges (id) {
        id -> Uuid,
        jurisdiction -> Text,
        into_id -> Uuid,
        learner_id -> Uuid,
        reason -> Text,
        enrollment_count -> Int4,
        certificate_count -> Int4,
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
    learners (id) {
        id -> Uuid,
        jurisdiction -> Text,
        subject -> Nullable<Text>,
        name -> Text,
        phone -> Nullable<Text>,
        roles -> Jsonb,
        organization_id -> Nullable<Uuid>,
        organization_kind -> Nullable<Text>,
        hours -> Jsonb,
        status -> Text,
        left_on -> Nullable<Date>,
        created_by -> Text,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        city_code -> Text,
        district_code -> Text,
        street_code -> Text,
        community_code -> Text,
        linked_subjects -> Jsonb,
        merged_into_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    mediation_sessions (id) {
        id -> Uuid,
        jurisdiction -> Text,
        mediation_id -> Uuid,
        mediator_id -> Uuid,
        mediator_subject -> Nullable<Text>,
        applicant_subject -> Text,
        status -> Text,
        starts_at -> Timestamptz,
        ends_at -> Timestamptz,
        place -> Text,
        invitations -> Jsonb,
        attendance -> Jsonb,
        minutes -> Nullable<Text>,
        cited_policies -> Jsonb,
        reason -> Nullable<Text>,
        created_by -> Text,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        city_code -> Text,
        district_code -> Text,
        street_code -> Text,
        community_code -> Text,
        level -> Text,
        citations -> Jsonb,
    }
}

diesel::table! {
    mediations (id) {
        id -> Uuid,
        number -> Text,
        jurisdiction -> Text,
        dispute_id -> Uuid,
        organization_id -> Uuid,
        mediator_id -> Nullable<Uuid>,
        mediator_subject -> Nullable<Text>,
        applicant_subject -> Text,
        status -> Text,
        parties -> Jsonb,
        exclusions -> Jsonb,
        rights_notice_on -> Nullable<Date>,
        waiver -> Nullable<Text>,
        began_on -> Nullable<Date>,
        due_on -> Nullable<Date>,
        warned -> Bool,
        outcome -> Nullable<Text>,
        next_step_at -> Nullable<Timestamptz>,
        created_by -> Text,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        city_code -> Text,
        district_code -> Text,
        street_code -> Text,
        community_code -> Text,
        level -> Text,
        offers -> Jsonb,
        undisputed_facts -> Nullable<Text>,
        mediation_type -> Text,
        helpers -> Jsonb,
        conflicts -> Jsonb,
    }
}

diesel::table! {
    mediators (id) {
        id -> Uuid,
        jurisdiction -> Text,
        organization_id -> Uuid,
        name -> Text,
        phone -> Text,
        gender -> Text,
        committee_member -> Bool,
        subject -> Nullable<Text>,
        qualification -> Text,
        specialties -> Jsonb,
        training_hours -> Jsonb,
        status -> Text,
        left_on -> Nullable<Date>,
        created_by -> Text,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        city_code -> Text,
        district_code -> Text,
        street_code -> Text,
        community_code -> Text,
        learner_id -> Nullable<Uuid>,
        linked_subjects -> Jsonb,
    }
}

diesel::table! {
    organization_staff (organization_id, position) {
        organization_id -> Uuid,
        position -> Int2,
        name -> Text,
        phone -> Text,
        post -> Nullable<Text>,
        registered_on -> Date,
        phone_digits -> Text,
    }
}

diesel::table! {
    number_series (jurisdiction, kind, pattern, year) {
        jurisdiction -> Text,
        kind -> Text,
        pattern -> Text,
        year -> Int4,
        latest -> Int8,
    }
}

diesel::table! {
    opinions (id) {
        id -> Uuid,
        consultation_id -> Uuid,
        author -> Text,
        organization_id -> Nullable<Uuid>,
        option_id -> Nullable<Uuid>,
        text -> Nullable<Text>,
        group_id -> Nullable<Uuid>,
        nonce -> Uuid,
        given_on -> Date,
        edits -> Int4,
        edits_since -> Timestamptz,
        withdrawn -> Bool,
        version -> Int8,
    }
}

diesel::table! {
    organizations (id) {
        id -> Uuid,
        jurisdiction -> Text,
        kind -> Text,
        name -> Text,
        credit_code -> Nullable<Text>,
        status -> Text,
        parent_id -> Nullable<Uuid>,
        address -> Nullable<Text>,
        contacts -> Jsonb,
        party_mode -> Nullable<Text>,
        party_organization_id -> Nullable<Uuid>,
        party_reason -> Nullable<Text>,
        party_plan -> Nullable<Text>,
        party_member_count -> Nullable<Int4>,
        grid_unit_count -> Int4,
        created_by -> Text,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        city_code -> Text,
        district_code -> Text,
        street_code -> Text,
        community_code -> Text,
        term_starts_on -> Nullable<Date>,
        term_ends_on -> Nullable<Date>,
    }
}

diesel::table! {
    owner_votes (id) {
        id -> Uuid,
        jurisdiction -> Text,
        estate_id -> Uuid,
        organization_id -> Nullable<Uuid>,
        title -> Text,
        plan -> Jsonb,
        starts_at -> Timestamptz,
        ends_at -> Timestamptz,
        status -> Text,
        preparation -> Jsonb,
        roll -> Json,
        roll_hash -> Nullable<Text>,
        manifest_hash -> Nullable<Text>,
        announced_at -> Nullable<Timestamptz>,
        box_key -> Jsonb,
        result -> Json,
        counted_at -> Nullable<Timestamptz>,
        concluded_at -> Nullable<Timestamptz>,
        reason -> Nullable<Text>,
        postings -> Jsonb,
        objections -> Jsonb,
        endings -> Jsonb,
        taken_steps -> Jsonb,
        next_step_at -> Nullable<Timestamptz>,
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
    owners_committee_handover (committee_id, item) {
        committee_id -> Uuid,
        item -> Text,
        done_on -> Nullable<Date>,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    owners_committee_members (id) {
        id -> Uuid,
        committee_id -> Uuid,
        name -> Text,
        phone -> Text,
        owned_unit -> Text,
        post -> Text,
        starts_on -> Date,
        left_on -> Nullable<Date>,
        leave_reason -> Nullable<Text>,
        phone_digits -> Text,
        leave_ground -> Nullable<Text>,
    }
}

diesel::table! {
    owners_committees (id) {
        id -> Uuid,
        jurisdiction -> Text,
        estate_id -> Uuid,
        organization_id -> Uuid,
        term -> Int2,
        status -> Text,
        seats -> Int2,
        member_count -> Int2,
        candidates_announced_on -> Nullable<Date>,
        elected_on -> Nullable<Date>,
        first_meeting_on -> Nullable<Date>,
        street_filed_on -> Nullable<Date>,
        street_filing_number -> Nullable<Text>,
        district_filed_on -> Nullable<Date>,
        district_filing_number -> Nullable<Text>,
        term_starts_on -> Nullable<Date>,
        term_ends_on -> Nullable<Date>,
        re_election_due_on -> Nullable<Date>,
        handover_on -> Nullable<Date>,
        ended_on -> Nullable<Date>,
        end_reason -> Nullable<Text>,
        created_by -> Text,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        city_code -> Text,
        district_code -> Text,
        street_code -> Text,
        community_code -> Text,
        next_due_on -> Nullable<Date>,
        duties -> Jsonb,
        measures -> Jsonb,
    }
}

diesel::table! {
    policies (id) {
        id -> Uuid,
        jurisdiction -> Text,
        kind -> Text,
        title -> Text,
        issuer -> Text,
        document_number -> Nullable<Text>,
        articles -> Jsonb,
        status -> Text,
        valid_from -> Nullable<Date>,
        valid_until -> Nullable<Date>,
        first_id -> Uuid,
        supersedes_id -> Nullable<Uuid>,
        reason -> Nullable<Text>,
        terms -> Array<Nullable<Text>>,
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
    property_contracts (id) {
        id -> Uuid,
        jurisdiction -> Text,
        estate_id -> Uuid,
        organization_id -> Uuid,
        basis -> Text,
        number -> Nullable<Text>,
        starts_on -> Date,
        ends_on -> Date,
        terminated_on -> Nullable<Date>,
        termination_reason -> Nullable<Text>,
        created_by -> Text,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        city_code -> Text,
        district_code -> Text,
        street_code -> Text,
        community_code -> Text,
        voided_on -> Nullable<Date>,
        void_reason -> Nullable<Text>,
        signed_on -> Nullable<Date>,
        filing_due_on -> Nullable<Date>,
        filed_on -> Nullable<Date>,
        filing_number -> Nullable<Text>,
        continued_on -> Nullable<Date>,
        notice_by -> Nullable<Text>,
        notice_on -> Nullable<Date>,
        notice_agreed -> Nullable<Bool>,
        handover_due_on -> Nullable<Date>,
        restoration_reason -> Nullable<Text>,
        notice_late -> Nullable<Bool>,
        rolled_from -> Jsonb,
    }
}

diesel::table! {
    responsibilities (id) {
        id -> Uuid,
        jurisdiction -> Text,
        matter -> Text,
        title -> Text,
        level -> Text,
        organization_kind -> Text,
        duty -> Text,
        legal_basis -> Text,
        status -> Text,
        valid_from -> Nullable<Date>,
        valid_until -> Nullable<Date>,
        supersedes_id -> Nullable<Uuid>,
        created_by -> Text,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        city_code -> Text,
        district_code -> Text,
        street_code -> Text,
        community_code -> Text,
        citations -> Jsonb,
        voided_on -> Nullable<Date>,
        void_reason -> Nullable<Text>,
    }
}

diesel::table! {
    rule_names (name) {
        name -> Text,
        default_value -> Int8,
        lowest -> Int8,
        highest -> Int8,
        legal_basis -> Text,
        default_text -> Nullable<Text>,
    }
}

diesel::table! {
    rules (id) {
        id -> Uuid,
        jurisdiction -> Text,
        name -> Text,
        value -> Nullable<Int8>,
        legal_basis -> Text,
        valid_from -> Date,
        created_by -> Text,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        citations -> Jsonb,
        voided_on -> Nullable<Date>,
        void_reason -> Nullable<Text>,
        text -> Nullable<Text>,
    }
}

diesel::table! {
    token_revocations (id) {
        id -> Uuid,
        jurisdiction -> Text,
        issuer -> Text,
        jti -> Nullable<Text>,
        subject -> Nullable<Text>,
        issued_before -> Timestamptz,
        reason -> Text,
        created_at -> Timestamptz,
        created_by -> Text,
    }
}

diesel::table! {
    training_enrollments (id) {
        id -> Uuid,
        jurisdiction -> Text,
        session_id -> Uuid,
        training_id -> Uuid,
        learner_id -> Uuid,
        subject -> Nullable<Text>,
        learner_name -> Text,
        mandatory -> Bool,
        obliged_by -> Nullable<Text>,
        status -> Text,
        checked_in_at -> Nullable<Timestamptz>,
        checked_out_at -> Nullable<Timestamptz>,
        presence_minutes -> Nullable<Int4>,
        score -> Nullable<Int4>,
        hours -> Int4,
        reason -> Nullable<Text>,
        corrections -> Jsonb,
        settled_at -> Nullable<Timestamptz>,
        certificate_due -> Bool,
        created_by -> Text,
        version -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        city_code -> Text,
        district_code -> Text,
        street_code -> Text,
        community_code -> Text,
        linked_subjects -> Jsonb,
    }
}

diesel::table! {
    training_sessions (id) {
        id -> Uuid,
        jurisdiction -> Text,
        training_id -> Uuid,
        title -> Text,
        series_id -> Nullable<Uuid>,
        recurrence -> Nullable<Text>,
        status -> Text,
        starts_at -> Timestamptz,
        ends_at -> Timestamptz,
        place -> Text,
        teacher -> Nullable<Text>,
        capacity -> Int4,
        confirmed_count -> Int4,
        waiting_count -> Int4,
        check_in_opens_at -> Timestamptz,
        check_in_closes_at -> Timestamptz,
        reason -> Nullable<Text>,
        settled -> Bool,
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
    trainings (id) {
        id -> Uuid,
        jurisdiction -> Text,
        title -> Text,
        topic -> Text,
        description -> Nullable<Text>,
        hours -> Int4,
        examined -> Bool,
        certified -> Bool,
        certificate_months -> Nullable<Int4>,
        audience_roles -> Jsonb,
        audience_kinds -> Jsonb,
        audience_levels -> Jsonb,
        citations -> Jsonb,
        status -> Text,
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
    vote_ballots (id) {
        id -> Uuid,
        vote_id -> Uuid,
        head -> Int4,
        revision -> Int4,
        channel -> Text,
        sealed -> Bytea,
        receipt -> Text,
        cast_at -> Timestamptz,
        put_at -> Timestamptz,
        counts -> Bool,
        set_aside -> Nullable<Text>,
        ended_at -> Nullable<Timestamptz>,
        letters -> Int2,
        cast_by -> Nullable<Text>,
    }
}

diesel::table! {
    vote_checks (vote_id) {
        vote_id -> Uuid,
        checked_at -> Nullable<Timestamptz>,
        next_at -> Timestamptz,
    }
}

diesel::table! {
    vote_effects (vote_id, no, kind) {
        vote_id -> Uuid,
        no -> Int4,
        kind -> Text,
        record_id -> Uuid,
        at -> Timestamptz,
    }
}

diesel::table! {
    vote_heads (vote_id, head) {
        vote_id -> Uuid,
        head -> Int4,
        area -> Int8,
        units -> Int4,
        holder -> Text,
        letters -> Int2,
        printed_by -> Nullable<Text>,
        delivered_on -> Nullable<Date>,
        agent -> Nullable<Text>,
        completed_by -> Nullable<Text>,
        begun_by -> Nullable<Text>,
        begun -> Int2,
    }
}

diesel::table! {
    vote_opened (vote_id, head) {
        vote_id -> Uuid,
        head -> Int4,
        line -> Text,
    }
}

diesel::table! {
    vote_paper_entries (paper_id, no) {
        paper_id -> Uuid,
        no -> Int2,
        entered_by -> Text,
        mark -> Text,
        readings -> Int2,
    }
}

diesel::table! {
    vote_papers (id) {
        id -> Uuid,
        vote_id -> Uuid,
        head -> Int4,
        channel -> Text,
        delegate -> Nullable<Text>,
        status -> Text,
        reason -> Nullable<Text>,
        received_at -> Timestamptz,
        received_by -> Text,
        in_place_of -> Nullable<Uuid>,
        rejected_by -> Nullable<Text>,
        note -> Nullable<Text>,
        receipt -> Nullable<Text>,
        form -> Int8,
        letters -> Int2,
    }
}

diesel::table! {
    vote_powers (id) {
        id -> Uuid,
        vote_id -> Uuid,
        principal -> Int4,
        proxy -> Int4,
        slot -> Nullable<Int2>,
        paper -> Nullable<Text>,
        given_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        recorded_by -> Nullable<Text>,
        holds -> Bool,
        confirmed_by -> Nullable<Text>,
        ending_by -> Nullable<Text>,
        ending_paper -> Nullable<Text>,
    }
}

diesel::table! {
    vote_roll (vote_id, seq) {
        vote_id -> Uuid,
        seq -> Int4,
        unit_id -> Uuid,
        building -> Text,
        entrance -> Text,
        number -> Text,
        head -> Int4,
        line -> Text,
        owners -> Jsonb,
    }
}

diesel::table! {
    vote_roll_changes (vote_id, no) {
        vote_id -> Uuid,
        no -> Int4,
        at -> Timestamptz,
        reason -> Text,
        building -> Text,
        entrance -> Text,
        number -> Text,
        kind -> Text,
    }
}

diesel::joinable!(agreements -> disputes (dispute_id));
diesel::joinable!(agreements -> mediations (mediation_id));
diesel::joinable!(certificates -> learners (learner_id));
diesel::joinable!(certificates -> trainings (training_id));
diesel::joinable!(disputes -> organizations (organization_id));
diesel::joinable!(grid_unit_periods -> grid_units (grid_unit_id));
diesel::joinable!(learners -> organizations (organization_id));
diesel::joinable!(mediation_sessions -> mediations (mediation_id));
diesel::joinable!(mediation_sessions -> mediators (mediator_id));
diesel::joinable!(mediations -> disputes (dispute_id));
diesel::joinable!(mediations -> mediators (mediator_id));
diesel::joinable!(mediations -> organizations (organization_id));
diesel::joinable!(mediators -> learners (learner_id));
diesel::joinable!(mediators -> organizations (organization_id));
diesel::joinable!(training_enrollments -> learners (learner_id));
diesel::joinable!(training_enrollments -> training_sessions (session_id));
diesel::joinable!(training_enrollments -> trainings (training_id));
diesel::joinable!(training_sessions -> trainings (training_id));

// Only those that queries join: each pair of all tables would cost a second of every build.
diesel::allow_tables_to_appear_in_same_query!(
    agreements,
    certificates,
    dispute_guests,
    disputes,
    learners,
    mediation_sessions,
    mediations,
    mediators,
    organizations,
    token_revocations,
    training_enrollments,
    training_sessions,
    trainings,
);
diesel::allow_tables_to_appear_in_same_query!(agreements, dispute_parties);
diesel::allow_tables_to_appear_in_same_query!(consultations, opinions);
diesel::allow_tables_to_appear_in_same_query!(dispute_parties, mediations);
diesel::allow_tables_to_appear_in_same_query!(grid_unit_periods, grid_units);
diesel::allow_tables_to_appear_in_same_query!(organizations, owners_committees);
diesel::allow_tables_to_appear_in_same_query!(organizations, property_contracts);
diesel::allow_tables_to_appear_in_same_query!(owner_votes, vote_heads, vote_powers, vote_ballots, vote_checks, vote_roll);
diesel::allow_tables_to_appear_in_same_query!(vote_paper_entries, vote_papers);

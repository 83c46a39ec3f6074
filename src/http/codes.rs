//! The registry of problem codes and of field rules: status and public text of everything that can
//! go wrong, in Chinese and English.

use super::problem::Language;

/// A text in both languages.
#[derive(Debug)]
pub struct Text {
    pub zh: &'static str,
    pub en: &'static str,
}

impl Text {
    pub fn in_language(&self, language: Language) -> &'static str {
        match language {
            Language::Chinese => self.zh,
            Language::English => self.en,
        }
    }
}

/// A kind of problem.
#[derive(Debug)]
pub struct Kind {
    pub code: &'static str,
    pub status: u16,
    pub title: Text,
    pub detail: Text,
}

impl Kind {
    /// The code as it stands in the problem's URL.
    pub fn slug(&self) -> String {
        self.code.replace('_', "-")
    }
}

/// A rule that one value can break; `{name}` in the text is filled from the error's `params`.
#[derive(Debug)]
pub struct Rule {
    pub code: &'static str,
    pub text: Text,
}

const fn kind(
    code: &'static str,
    status: u16,
    title: (&'static str, &'static str),
    detail: (&'static str, &'static str),
) -> Kind {
    Kind { code, status, title: Text { zh: title.0, en: title.1 }, detail: Text { zh: detail.0, en: detail.1 } }
}

const fn rule(code: &'static str, zh: &'static str, en: &'static str) -> Rule {
    Rule { code, text: Text { zh, en } }
}

macro_rules! registry {
    ($list:ident: $type:ty = $make:ident; $($name:ident($($part:expr),+ $(,)?);)+) => {
        $(pub static $name: $type = $make($($part),+);)+
        /// Everything declared above, for the documentation and its tests.
        pub static $list: &[&$type] = &[$(&$name),+];
    };
}

registry! { KINDS: Kind = kind;
    MALFORMED_JSON("malformed_json", 400, ("请求体不是有效的 JSON", "The body is not valid JSON"),
        ("请检查 JSON 语法与 UTF-8 编码；不接受孤立的代理字符与重复的成员。", "Check the JSON syntax and the UTF-8 encoding; lone surrogates and members named twice are not accepted."));
    MALFORMED_CSV("malformed_csv", 400, ("无法读取的 CSV 文件", "The CSV file cannot be read"),
        ("请以 UTF-8 或 GBK 编码保存为 CSV（逗号分隔）。", "Save it as comma-separated CSV in UTF-8 or GBK."));
    INCOMPLETE_BODY("incomplete_body", 400, ("请求体不完整", "The body is incomplete"),
        ("连接在请求体传完之前中断，请重试。", "The connection ended before the body was complete: send it again."));
    INVALID_PARAMETER("invalid_parameter", 400, ("查询参数有误", "A query parameter is wrong"),
        ("请按 errors 修改查询参数；未知参数一律拒绝。", "Correct the query parameters named in errors; unknown parameters are refused."));
    INVALID_HEADER("invalid_header", 400, ("请求头有误", "A request header is wrong"),
        ("请按 errors 修改请求头。", "Correct the headers named in errors."));
    TOKEN_IN_QUERY("token_in_query", 400, ("令牌不得放在网址中", "A token must not stand in the URL"),
        ("请用 Authorization: Bearer 请求头发送令牌。", "Send the token in the Authorization header."));
    CURSOR_INVALID("cursor_invalid", 400, ("游标无效", "The cursor is invalid"),
        ("请使用上一页返回的 next_cursor 原值，或重新开始。", "Send next_cursor as it was given, or start again."));
    CURSOR_MISMATCH("cursor_mismatch", 400, ("游标与筛选条件不符", "The cursor belongs to other filters"),
        ("翻页时不得更改筛选与排序；要更改请去掉游标重新开始。", "Filters and order must not change between pages; drop the cursor to start again."));
    UNAUTHENTICATED("unauthenticated", 401, ("需要有效的令牌", "A valid token is required"),
        ("请在 Authorization 请求头中提供有效的 Bearer 令牌。", "Send a valid bearer token in the Authorization header."));
    FORBIDDEN("forbidden", 403, ("角色无此权限", "Your role may not do this"),
        ("您的任何角色都不允许此操作。", "None of your roles allows this action."));
    INSUFFICIENT_SCOPE("insufficient_scope", 403, ("应用未获授权", "The app may not do this"),
        ("令牌的 scope 不包含此操作所需的权限。", "The token's scope does not include what this action needs."));
    CONFIDENTIAL("confidential", 403, ("涉密纠纷", "The dispute is confidential"),
        ("只有办理该纠纷的层级可以查看当事人。", "Only the level that handles it may learn who the parties are."));
    OWN_CASE("own_case", 403, ("本人或本单位的案件", "It is your own case"),
        ("当事人或其单位的成员只能看到当事人可见的内容。", "A party, or a member of an organization that is one, sees what parties see and nothing more."));
    NOT_FOUND("not_found", 404, ("未找到", "Not found"),
        ("记录不存在，或不在您的辖区内。", "There is no such record, or it lies outside your jurisdiction."));
    METHOD_NOT_ALLOWED("method_not_allowed", 405, ("不支持此方法", "The method is not allowed"),
        ("允许的方法见 Allow 响应头。", "The Allow header lists the methods of this path."));
    NOT_ACCEPTABLE("not_acceptable", 406, ("无法提供所要求的格式", "The requested format is not offered"),
        ("本服务只提供 JSON，请在 Accept 中包含 application/json。", "Only JSON is offered: include application/json in Accept."));
    BODY_TOO_SLOW("body_too_slow", 408, ("请求体传输过慢", "The body came too slowly"),
        ("请求体未能及时到达，请在网络较好时重试；写操作请使用同一个 Idempotency-Key。", "The body did not arrive in time: send it again, with the same Idempotency-Key, when the network is better."));
    STATE_CONFLICT("state_conflict", 409, ("当前状态不允许此操作", "The record's state forbids this"),
        ("当前状态见 current_status，可用操作见 allowed_actions。", "See current_status for its state and allowed_actions for what is possible."));
    DUPLICATE("duplicate", 409, ("记录已存在", "The record exists already"),
        ("已有同一标识的记录，或 errors 所列的值已被使用；重试请使用同一个 Idempotency-Key。", "A record with this id exists, or a value named in errors is taken; to retry safely, send the same Idempotency-Key."));
    IDEMPOTENCY_IN_PROGRESS("idempotency_in_progress", 409, ("相同请求正在处理", "The same request is still running"),
        ("请稍后用同一个 Idempotency-Key 重试。", "Retry in a moment with the same Idempotency-Key."));
    OVERLAP("overlap", 409, ("与已有记录的时间重叠", "The period overlaps another record"),
        ("同一时间只能有一条这样的记录；请先结束已有的记录或调整日期。", "Only one such record can be in force at a time: end the other one or choose other dates."));
    RESERVED_TO_OWNERS("reserved_to_owners", 409, ("由业主共同决定的事项", "Only the owners decide this"),
        ("联席会议可以讨论，不能决定；业主共同决定所需内容见 owner_vote。", "A council may discuss it and decides nothing; owner_vote has what a vote of the owners takes."));
    STILL_NEEDED("still_needed", 409, ("仍有记录依赖于此", "Other records still depend on this"),
        ("请先处理 errors 所列的记录。", "First settle what is named in errors."));
    CURSOR_EXPIRED("cursor_expired", 410, ("变更游标已过期", "The feed cursor has expired"),
        ("该游标早于变更保留期，请用 cursor=begin 重新同步。", "It is older than the feed's retention: synchronize again from cursor=begin."));
    CURSOR_HISTORY_CHANGED("cursor_history_changed", 410, ("数据库已恢复或切换", "The database was restored or another one took over"),
        ("该游标之后的变更可能已丢失或重排，请用 cursor=begin 重新同步。", "What followed the cursor may be lost or in another order: synchronize again from cursor=begin."));
    CURSOR_SCOPE_CHANGED("cursor_scope_changed", 410, ("游标对应的权限已变更", "The rights behind the cursor have changed"),
        ("您的辖区或角色已变更，请用 cursor=begin 重新同步。", "Your roles or jurisdictions changed: synchronize again from cursor=begin."));
    PRECONDITION_FAILED("precondition_failed", 412, ("记录已被他人修改", "The record has changed meanwhile"),
        ("If-Match 与当前版本不符；当前版本见 ETag，请读取后再试。", "If-Match does not name the current version, which is in ETag: read again, then retry."));
    TOO_LARGE("too_large", 413, ("请求体过大", "The body is too large"),
        ("请求体超出上限。", "The body exceeds the limit."));
    UNSUPPORTED_MEDIA_TYPE("unsupported_media_type", 415, ("不支持的内容类型", "The content type is not supported"),
        ("请用 application/json 发送请求体。", "Send the body as application/json."));
    COMPRESSED_BODY("compressed_body", 415, ("不接受压缩的请求体", "Compressed bodies are not taken"),
        ("请不加 Content-Encoding 直接发送请求体。", "Send the body as it is, without Content-Encoding."));
    VALIDATION_FAILED("validation_failed", 422, ("请求内容有误", "Some values are wrong"),
        ("请按 errors 修改后重试；此内容未保存。", "Correct the values named in errors; nothing of this was stored."));
    IDEMPOTENCY_KEY_REUSED("idempotency_key_reused", 422, ("Idempotency-Key 已用于另一请求", "The Idempotency-Key was used for another request"),
        ("新的请求请使用新的 Idempotency-Key。", "Use a new key for a new request."));
    PRECONDITION_REQUIRED("precondition_required", 428, ("缺少 If-Match", "If-Match is required"),
        ("请先读取记录，再用 If-Match 发送其 ETag。", "Read the record and send its ETag as If-Match."));
    TOO_MANY_REQUESTS("too_many_requests", 429, ("请求过于频繁", "Too many requests"),
        ("请按 Retry-After 稍后重试；限额见 RateLimit-Policy 与 RateLimit。", "Try again after Retry-After; RateLimit-Policy and RateLimit tell what is allowed and what is left."));
    INTERNAL("internal", 500, ("服务器内部错误", "Something went wrong on our side"),
        ("请稍后重试；如仍有问题，请提供 instance 编号。", "Try again later; if it persists, report the value of instance."));
    OVERLOADED("overloaded", 503, ("服务繁忙", "The service is busy"),
        ("请按 Retry-After 稍后重试。", "Try again after Retry-After."));
    UNAVAILABLE("unavailable", 503, ("服务暂不可用", "The service is not available"),
        ("请按 Retry-After 稍后重试。", "Try again after Retry-After."));
    TIMEOUT("timeout", 504, ("处理超时", "The request took too long"),
        ("请稍后重试；写操作请使用同一个 Idempotency-Key。", "Try again later; for writes send the same Idempotency-Key."));
}

registry! { RULES: Rule = rule;
    REQUIRED("required", "必填。", "This is required.");
    UNKNOWN("unknown", "没有此名称。", "There is no such name.");
    REPEATED("repeated", "只能出现一次。", "This may be given only once.");
    TYPE("type", "类型应为 {expected}。", "The type must be {expected}.");
    ENUM("enum", "只能是：{options}。", "This must be one of: {options}.");
    FORMAT("format", "格式应为 {format}。", "The format must be {format}.");
    BLANK("blank", "不得为空白。", "This must not be blank.");
    PATTERN("pattern", "不符合格式 {pattern}。", "This does not match {pattern}.");
    MIN_LENGTH("min_length", "至少 {limit} 个字符。", "At least {limit} characters.");
    MAX_LENGTH("max_length", "至多 {limit} 个字符。", "At most {limit} characters.");
    MIN_ITEMS("min_items", "至少 {limit} 项。", "At least {limit} items.");
    MAX_ITEMS("max_items", "至多 {limit} 项。", "At most {limit} items.");
    MINIMUM("minimum", "不得小于 {limit}。", "This must not be less than {limit}.");
    MAXIMUM("maximum", "不得大于 {limit}。", "This must not be greater than {limit}.");
    MIN_PROPERTIES("min_properties", "至少 {limit} 个成员。", "At least {limit} members.");
    NOT_ALLOWED("not_allowed", "此值不被允许。", "This value is not allowed.");
    CONTROL_CHARACTER("control_character", "不得包含控制字符。", "Control characters are not allowed.");
    TOO_MANY_VALUES("too_many_values", "至多 {limit} 个值。", "At most {limit} values.");
    TOO_MANY_LINES("too_many_lines", "至多 {limit} 行，请拆分文件。", "At most {limit} lines: split the file.");
    TOO_MANY_CELLS("too_many_cells", "至多 {limit} 列。", "At most {limit} cells.");
    AS_TEXT("as_text", "数字已被电子表格截断，请将此列设为文本格式后重新填写。", "The spreadsheet has rounded this number: format the column as text and fill it in again.");
    AMBIGUOUS("ambiguous", "有多个同名记录，请用代码区分。", "Several records have this name: tell them apart by a code.");
    TOO_EARLY("too_early", "时间不得早于 {limit}。", "The time must not lie before {limit}.");
    UUID_VERSION_7("uuid_version_7", "应为第 7 版 UUID。", "This must be a UUID of version 7.");
    IN_FUTURE("in_future", "时间不得晚于现在。", "The time must not lie in the future.");
    UNKNOWN_JURISDICTION("unknown_jurisdiction", "没有此行政区划，或不在您的辖区内。", "There is no such jurisdiction, or it lies outside yours.");
    APPLICANT_REQUIRED("applicant_required", "至少需要一名申请人。", "At least one applicant is required.");
    DUPLICATE_ITEM("duplicate_item", "不得重复。", "Items must not repeat.");
    UNKNOWN_RECORD("unknown_record", "没有此记录，或不在您的辖区内。", "There is no such record, or it lies outside your jurisdiction.");
    NOT_APPLICABLE("not_applicable", "在此情形下不适用。", "This does not apply here.");
    WRONG_LEVEL("wrong_level", "应为下列层级之一：{levels}。", "The level must be one of: {levels}.");
    WRONG_KIND("wrong_kind", "组织类型应为：{kinds}。", "The organization's kind must be one of: {kinds}.");
    WRONG_PLACE("wrong_place", "须在 {jurisdiction} 范围内。", "This must lie within {jurisdiction}.");
    CREDIT_CODE("credit_code", "统一社会信用代码的校验码不符（GB 32100）。", "The check digit of the unified social credit code is wrong (GB 32100).");
    CYCLE("cycle", "上级不得是其自身或其下级。", "A parent must not be the record itself or below it.");
    TOO_LATE("too_late", "不得晚于 {limit}。", "This must not be later than {limit}.");
    NOT_BEFORE("not_before", "不得早于 {limit}。", "This must not be earlier than {limit}.");
    COMMITTEE_SIZE("committee_size", "业主委员会应有 {lowest} 至 {highest} 名委员（{legal_basis}）。", "A committee has {lowest} to {highest} members here ({legal_basis}).");
    GROUP_SIZE("group_size", "换届小组应不少于 {limit} 人。", "The group must have at least {limit} members.");
    OWNERS_MISSING("owners_missing", "业主代表应不少于总人数的二分之一。", "At least half of the members must be owners.");
    ODD("odd", "应为奇数。", "This must be an odd number.");
    ALL_SEATS("all_seats", "应当选出 {limit} 名委员。", "Exactly {limit} members must be elected.");
    CROSS_APPOINTMENT("cross_appointment", "业主委员会委员不得在为本小区服务的物业服务企业任职。", "A member of the committee must not be employed by the estate's property enterprise.");
    OUT_OF_BOUNDS("out_of_bounds", "应在 {lowest} 至 {highest} 之间。", "This must lie between {lowest} and {highest}.");
    DISSOLVED("dissolved", "该组织已注销。", "The organization was dissolved.");
    NOT_ACTIVE("not_active", "该记录不在有效状态。", "The record is not active.");
    STANDS_ABOVE("stands_above", "上级已规定此项，下级只能补充。", "A higher level has settled this; lower levels may only add.");
    HAS_CHILDREN("has_children", "须先调整其下级：{codes}。", "The jurisdictions below it come first: {codes}.");
    ALREADY_REVOKED("already_revoked", "该行政区划已撤销。", "The jurisdiction was revoked already.");
    ALREADY_THERE("already_there", "已有此代码。", "This code is taken.");
    PERIOD_TAKEN("period_taken", "该期间已有另一条生效的记录。", "Another record holds in this period.");
    ON_THE_LIST("on_the_list", "名单上已有此人。", "This person is on the list already.");
    IS_A_PARTY("is_a_party", "该调解员是本案当事人。", "This mediator is a party of the case.");
    NO_TEXT("no_text", "不是完整的 UTF-8 文本，请按完整字符编码。", "This is no UTF-8: encode whole characters.");
    TAKEN("taken", "已被使用。", "This is taken.");
    DEPENDED_ON("depended_on", "仍有记录与之关联：{kinds}。", "Records still depend on it: {kinds}.");
    OWN_ORGANIZATION_REQUIRED("own_organization_required", "以组织名义申请时，申请人中须有本人所属组织（organization_id）。", "Whoever files for their organization names it as an applicant (organization_id).");
    TOO_MANY_HELPERS("too_many_helpers", "最多邀请 {limit} 人。", "Not more than {limit} people help.");
    HAS_ENDED("has_ended", "已经结束。", "It has ended.");
    CONTRACT_ENDED("contract_ended", "合同期已届满；继续服务的先登记 continue。", "It has ended: where service goes on, record that first (continue).");
    NOT_ALIKE("not_alike", "姓名和手机号不一致，不能合并；登记有误的请先更正。", "Name and phone number differ: correct what was put down wrongly first.");
    TWO_SUBJECTS("two_subjects", "两条登记关联了不同的登录账号，请先解除其中一个。", "They sign in as two subjects: unlink one of them first.");
    SERVED_BY_ANOTHER("served_by_another", "次日起已有其他合同服务该小区。", "Another contract serves the estate from the next day on.");
    SEAT_MISSING("seat_missing", "缺少席位：{kind}。", "The seat {kind} is missing.");
    ORDERED("ordered", "街道责成召开的会议须召开。", "A meeting that the street orders is held.");
    STILL_MEETS("still_meets", "仍有未结束的会议，请先办结或取消。", "A meeting is not over; conclude and publish it, or cancel it, first.");
    HAS_DECIDED("has_decided", "会议已有到会或表决记录，请结束会议并形成纪要。", "Who was there or what was decided is recorded; conclude the meeting instead.");
    SPEAKS_ITSELF("speaks_itself", "该席位的代表已到会并可自行操作。", "A delegate of the seat who signs in was there and does this themselves.");
    REQUEST_WAITS("request_waits", "仍有召开会议的请求未答复。", "A request for a meeting has not been answered yet.");
    AGENDA_EMPTY("agenda_empty", "会议没有议题。", "The agenda has no item.");
    ANSWER_MISSING("answer_missing", "仍有意见未归类或未答复。", "An opinion is in no group, or a group has no answer.");
    CHANGED_TOO_OFTEN("changed_too_often", "每小时最多修改 {limit} 次，请于 {again} 后再试。", "Not more than {limit} changes an hour; again after {again}.");
    OBJECTION_OPEN("objection_open", "仍有异议未答复。", "An objection has no answer yet.");
    NO_COMMITTEE("no_committee", "该组织不是本小区已选出的业主委员会。", "The organization is no elected owners' committee of this estate.");
    STREET_CONVENES("street_convenes", "只有街道可以代为召集。", "Only the street convenes a vote in place of a committee.");
    STREET_ORDER_FIRST("street_order_first", "街道代为召集前须先责令限期召集（cause、ordered_until）。", "Before the street convenes a vote it orders that within a time (cause, ordered_until).");
    NOBODY_VOTES("nobody_votes", "该户尚无表决人，不能受托。", "Nobody votes for that head yet, so that it cannot vote for others.");
    NOT_CONFIRMED("not_confirmed", "须先经街道确认。", "The street confirms it first.");
    ROLL_EMPTY("roll_empty", "该小区没有已登记的房屋。", "No unit of the estate is registered.");
    CANDIDATES_TOO_FEW("candidates_too_few", "候选人须多于应选的 {seats} 名。", "There must be more candidates than the {seats} seats.");
    ORDINARY_ONLY("ordinary_only", "只适用于过半数表决的事项。", "This holds only for decisions by more than half.");
    EACH_TOPIC("each_topic", "须逐项填写全部 {topics} 个表决事项。", "Say something, or nothing, to each of the {topics} topics.");
    NO_OPTION("no_option", "所选不在该事项的选项之内。", "The topic has no such option.");
    ABSTAINS_ALONE("abstains_alone", "弃权时不得另作选择。", "Whoever abstains chooses nothing else.");
    NOT_YOUR_HEAD("not_your_head", "您不是该户的表决人，也没有受其委托。", "You vote neither for this head nor by a power of it.");
    VOTED_ITSELF("voted_itself", "该户已自行表决。", "The head has voted itself.");
    LETTERS_SPENT("letters_spent", "第 {head} 户已打印 {limit} 次。", "Of head {head} {limit} letters were printed already.");
    LETTER_USED("letter_used", "该户已有表决人，须重新打印后才能更换。", "Somebody votes for this head already; another letter has to be printed.");
    TOO_MANY_PRINCIPALS("too_many_principals", "一名业主最多接受 {limit} 户委托。", "One owner votes for at most {limit} others.");
    ROLL_NOT_POSTED("roll_not_posted", "名册已公示 {days} 天，不足 {limit} 天。", "The roll has hung for {days} whole days, and must for {limit}.");
    TOO_MANY_BALLOTS("too_many_ballots", "该户已提交 {limit} 张表决票。", "The head has cast {limit} ballots.");
    OTHER_VERSION("other_version", "表决内容已变更，请重新阅读后确认。", "The vote has changed; read it again before you confirm it.");
    BALLOT_UNREADABLE("ballot_unreadable", "第 {head} 户的表决票被改动，无法开启；由街道处理。", "The ballot of head {head} was changed and cannot be opened; the street decides what becomes of the vote.");
    PAPERS_OPEN("papers_open", "仍有 {papers} 张纸质票未录入；{due_on} 之后未录入的作废。", "{papers} papers are not entered yet; after {due_on} they do not count.");
    RESULT_NOT_POSTED("result_not_posted", "表决结果公示时间不足。", "The result has not hung in the estate for long enough.");
    NOT_AS_PUBLISHED("not_as_published", "存储的内容（{what}）与公布的不一致，须先查明。", "What is stored ({what}) is not what was published: find out why first.");
    TOO_FEW_ASK("too_few_ask", "提议的业主为 {heads} 户，不足名册 {total} 户的五分之一。", "{heads} of {total} heads ask for it, fewer than a fifth.");
    LAST_POSTING("last_posting", "须先张贴另一份，再划去最后一份公告。", "Put up another one first: the announcement hangs while the vote lasts.");
    NOT_DECIDED("not_decided", "业主没有就此（{matter}）作出有效决定。", "The owners have not decided this ({matter}), or their decision does not stand.");
    NOT_THE_ELECTED("not_the_elected", "委员须与当选人一致：{elected}。", "The members must be those who were elected: {elected}.");
    SHARES_NOT_ONE("shares_not_one", "各业主份额之和须为1。", "The shares of the owners must make one.");
    OTHER_LINE_DIFFERS("other_line_differs", "与同一套房屋的另一行不一致。", "Another line of the same unit says something else.");
    ANOTHER_LINE_IS_WRONG("another_line_is_wrong", "同一套房屋的另一行有误，该套未导入。", "Another line of the same unit is wrong: nothing of it is stored.");
    MINUTES_UNSIGNED("minutes_unsigned", "仍有席位未签字：{lacking}；{due_on} 之后可不待其签字公布。", "Seats have not signed: {lacking}; after {due_on} it is published without them.");
    EACH_ONCE("each_once", "每项须恰好出现一次。", "Each of them must stand there exactly once.");
    NOTIFIED_ALREADY("notified_already", "席位已收到通知；改期请用 adjourn。", "The seats are invited; move it to another time with adjourn.");
    VOTE_OPEN("vote_open", "有一项表决尚未结束。", "A vote is still open.");
    SIGNED_ALREADY("signed_already", "已有席位在会议纪要上签字。", "A seat has signed the minutes already.");
    NOT_ENTITLED("not_entitled", "此人此时不能代表该席位。", "This person does not speak for the seat at that time.");
    QUORUM_MISSING("quorum_missing", "到会席位不足，缺少席位：{lacking}。", "Too few seats are there; missing: {lacking}.");
    CONSENT_OF_SEATS("consent_of_seats", "临时议题须到会席位全部同意，尚缺：{lacking}。", "All seats that are there must agree to an urgent item; missing: {lacking}.");
    TOO_FEW_SEATS("too_few_seats", "有表决权的席位不足两个，由街道处理。", "Fewer than two seats may vote; the street decides.");
    RECUSED("recused", "该席位就此议题回避。", "The seat does not vote on this item.");
    OTHER_TEXT("other_text", "会议纪要已变更，请重新阅读。", "The minutes are another text by now; read them again.");
    LOOKS_PROTECTED("looks_protected", "公开文本可能含个人信息：{parts}，请删除或逐项确认。", "The text may hold personal data: {parts}; take it out or confirm each part.");
    EMERGENCY_OVER("emergency_over", "该小区的应急服务自 {since} 起累计不得超过 {months} 个月。", "An estate has emergency service for {months} months at most, counted from {since}.");
    NO_PATTERN("no_pattern", "文号格式须各含一次 {year} 和 {number}（或 {number:6}），可含 {code}。", "The pattern must hold {year} and {number} (or {number:6}) once each, and may hold {code}.");
    ALREADY_DONE("already_done", "已经登记。", "This was recorded already.");
    OTHER_ESTATE("other_estate", "该业主委员会属于另一小区。", "This committee belongs to another estate.");
    NOT_YET("not_yet", "尚未完成。", "This is not done yet.");
    STILL_MOVING("still_moving", "其下级区划的记录仍在转移，请稍后再试。", "Records of a jurisdiction below it are still moving: try again later.");
    BEING_MOVED("being_moved", "所在区划已撤销，记录正在转移，请稍后再试。", "Its jurisdiction was revoked and the record is on its way to the successor: try again later.");
    NAME_TAKEN("name_taken", "两地有同名的小区或组织，请先改名。", "Both places have an estate or an organization of the same name: rename one first.");
    NOT_DONE("not_done", "移交事项尚未完成：{items}。", "These items are not handed over yet: {items}.");
    OTHER_YEAR("other_year", "日期不在 {year} 年。", "The day does not lie in the year {year}.");
    NO_PARENT("no_parent", "没有上一级类别。", "There is no category above it.");
    UNKNOWN_CATEGORY("unknown_category", "没有此类别，见 /v1/dispute-categories/resolve。", "There is no such category: see /v1/dispute-categories/resolve.");
    REQUIRED_BY_CATEGORY("required_by_category", "此类纠纷须填写。", "The category requires this.");
    DECIDED_ABOVE("decided_above", "已退回过一次，由上一级决定。", "It was returned once already: the level above decides.");
    SAME_HANDLER("same_handler", "该纠纷已由其办理。", "It is handled there already.");
    TOO_MANY_PARTS("too_many_parts", "一件纠纷至多合并 {limit} 件。", "At most {limit} disputes can belong to one.");
    BELONGS_TOGETHER("belongs_together", "已合并或属于集体纠纷，须先解除。", "It belongs to another dispute, or others belong to it: take them apart first.");
    ONE_OF_BOTH("one_of_both", "须填写 jurisdiction 与 organization_id 其中之一。", "Give jurisdiction or organization_id, one of both.");
    NO_LEVEL_ABOVE("no_level_above", "没有上一级。", "There is no level above.");
    COMMITTEE_INCOMPLETE("committee_incomplete", "人民调解委员会应有三至九名委员，并应有妇女委员。", "A mediation committee has 3 to 9 members, women among them.");
    CONSENT_MISSING("consent_missing", "须经各方当事人同意。", "Every party has to consent.");
    EXCLUDED("excluded", "该调解员已回避或被当事人拒绝。", "This mediator has recused themselves, or a party objected to them.");
    PAPER_HANDED_IN("paper_handed_in", "该业主已交纸质表决票，仅凭信函验证码不能更改；请登录账号关联后表决，或另交纸质表决票。", "A signed paper of this head was handed in: a letter alone does not replace it. Sign in and link the letter, or hand in another paper.");
    LETTER_BEGUN("letter_begun", "第 {head} 号已有他人打印上半码，下半码尚未打印；确需重新打印的，填写 restart。", "Somebody else has begun a letter for head {head} whose second half is not printed yet: say `restart` to begin another one.");
    NO_LETTER("no_letter", "尚未由两人打印信函，不能登记送达。", "No letter was printed for it by two persons, so that nothing can have been delivered.");
    RECORDED_OTHERWISE("recorded_otherwise", "与第一次登记的内容不一致，请核对原件。", "The first person has recorded it otherwise: compare it with the paper.");
    POWER_GIVEN("power_given", "该业主已委托他人，须先撤回。", "This head has given a power already, which is to be taken back first.");
    VOTE_UNITS_MISSING("vote_units_missing", "名册为 {units} 套，小区登记为 {registered} 套；确认无误的，填写 despite_missing_units。", "The roll has {units} units and the estate {registered}: say `despite_missing_units` where that is right.");
    SOUNDS_RESERVED("sounds_reserved", "该议题的文字涉及业主共同决定事项 {matters}；如不属于，请在 not_reserved 说明理由。", "Its words sound like matters that the owners decide ({matters}): say in `not_reserved` why it is none.");
    MUST_RECUSE("must_recuse", "与当事人系近亲属或者与纠纷有利害关系的，应当回避。", "A near relative of a party, or whoever has an interest in the matter, recuses themselves.");
    HOURS_MISSING("hours_missing", "该调解员本年度培训学时不足，须说明理由。", "The mediator lacks this year's hours of training: give a reason.");
    ENDS_BEFORE("ends_before", "结束时间须晚于开始时间。", "The end must be later than the beginning.");
    MEDIATES_ELSEWHERE("mediates_elsewhere", "该调解员同一时间在另一调解委员会主持调解。", "The mediator holds a session for another committee at that time.");
    OTHER_MEDIATOR("other_mediator", "该案已更换调解员，请重新安排。", "The case has another mediator by now: schedule a new session.");
    NOTICE_MISSING("notice_missing", "须先告知当事人权利义务。", "The parties must be told of their rights first.");
    NOT_TOLD("not_told", "须说明第 {position} 方是否到场。", "Tell whether the party {position} is there.");
    SIGNATURE_MISSING("signature_missing", "各方当事人与调解员均须签名。", "All parties and the mediator have to sign.");
    NOT_OVERDUE("not_overdue", "该义务尚未逾期。", "The obligation is not overdue.");
    CONFIRMATION_STANDS("confirmation_stands", "司法确认的状态为 {status}。", "The judicial confirmation stands at {status}.");
    WITHOUT_ISSUER("without_issuer", "只写令牌中的 sub，不带签发者和竖线。", "The `sub` of the token alone, without its issuer and the bar.");
    TWO_CHARACTERS("two_characters", "请至少输入相连的两个汉字、一个单词或一个数字。", "Give at least two characters in a row, a word or a number.");
    GRAVER("graver", "该纠纷的风险等级或办理层级更高，应将另一件并入此件。", "It is graver or handled at a higher level: make the other one a part of it.");
    WITHDRAWAL_WAITS("withdrawal_waits", "申请人已申请撤回，须待 {jurisdiction} 先决定。", "The applicant asked to withdraw it: {jurisdiction} decides that first.");
    HANDLED_ABOVE("handled_above", "该纠纷由上级办理。", "A higher level handles this dispute.");
    OTHER_PARTY_MISSING("other_party_missing", "调解须有对方当事人。", "A mediation needs another party.");
    MEDIATION_OVERDUE("mediation_overdue", "调解期限已满，须经各方同意延长。", "The mediation has taken as long as it may: all parties can extend it.");
    ABSENT("absent", "第 {position} 方未到场，请登记为未举行。", "The party {position} is not there: record that the session was missed.");
    COMPLAINT_WAITS("complaint_waits", "申请人对办理结果不满意，由上一级答复。", "The applicant is dissatisfied with the result: the level above answers.");
    NOT_ENFORCEABLE("not_enforceable", "尚未经司法确认、公证或仲裁，不能申请强制执行。", "No ruling, deed or award makes it enforceable.");
    CONFIRMED("confirmed", "已经司法确认，不得解除。", "A court has confirmed it: it cannot be taken back here.");
    IS_PARTY("is_party", "该组织是当事人，始终可以查看。", "The organization is a party and always sees the case.");
    BEFORE_ITS_TIME("before_its_time", "尚未到时间：{limit}。", "It is not yet time: {limit}.");
    SUSPENDED_LONG_ENOUGH("suspended_long_enough", "中止时间累计已达上限。", "It has stood still for as long as the rule allows.");
    SAID_BY_APPLICANT("said_by_applicant", "申请人已自行评价。", "The applicant has said it already.");
    REGISTERED_AS_MEDIATOR("registered_as_mediator", "调解员在 /v1/mediators 登记。", "Mediators are registered at /v1/mediators.");
    UNKNOWN_ARTICLE("unknown_article", "没有此条。", "There is no such article.");
    ENROLLED("enrolled", "该学员已报名参加此课程。", "The learner takes this course already.");
    ELSEWHERE_THEN("elsewhere_then", "该学员同一时间已参加另一场培训。", "The learner takes part in another session at that time.");
    LEARNERS_ELSEWHERE("learners_elsewhere", "部分学员该时间已参加另一场培训。", "Some of the learners take part in another session at that time.");
    OUTSIDE_AUDIENCE("outside_audience", "该学员不在培训对象之列。", "The training is not meant for this learner.");
    OFFICERS_OBLIGE("officers_oblige", "只有工作人员可以指派人员参加培训，讲师不能。", "Only officers oblige somebody to take part, not trainers.");
    NOT_BELOW("not_below", "只能指派下级人员参加培训。", "Only those below can be obliged to take part.");
    NOT_REGISTERED("not_registered", "您不在学员名册中，请联系所在地工作人员登记。", "You are not in the register of learners: ask an officer to register you.");
    WRONG_CODE("wrong_code", "代码有误或已过期。", "The code is wrong or no longer holds.");
    OUTSIDE_WINDOW("outside_window", "签到时间为 {from} 至 {until}。", "Check-in is possible from {from} until {until}.");
    NO_SEATS("no_seats", "已有 {limit} 人确认参加，名额不得少于此数。", "{limit} learners have seats already: there cannot be fewer.");
    RECURRENCE("recurrence", "重复规则不符合 RFC 5545，或没有未来的场次。", "This is no recurrence rule of RFC 5545, or it gives no session.");
    TOO_MANY_SESSIONS("too_many_sessions", "一次至多安排 {limit} 场，请用 COUNT 或 UNTIL 限定。", "At most {limit} sessions at once: bound the rule with COUNT or UNTIL.");
    HAS_BEGUN("has_begun", "该场培训已经开始。", "The session has begun.");
    NOT_EXAMINED("not_examined", "该培训不设考核。", "The training has no examination.");
    SECOND_PERSON("second_person", "须由另一人办理：同单位的其他人员或上一级。", "Another person must do this: a colleague of the same office, or the level above.");
    OWN_MATTER("own_matter", "不得办理本人的事项。", "Nobody decides about their own matter.");
    LINKED("linked", "该当事人已关联本人账号，请先解除关联。", "The party is linked to the sign-in of a person: unlink it first.");
    NOT_A_PARTY("not_a_party", "您或您的单位不是当事人，也不是责任单位。", "Neither you nor your organization is a party or responsible.");
    CHOSEN_BY_PARTIES("chosen_by_parties", "各方已共同选定另一名调解员。", "All parties want another mediator.");
    SAID_BY_PARTY("said_by_party", "该方已用本人账号表示。", "The party has said it by their own sign-in.");
    SAID_NOW("said_now", "本人表示的，日期为当日，方式为 online。", "What you say yourself is said today, and online.");
    SIGNED_NOW("signed_now", "本人签署的，日期为当日。", "What you sign yourself is signed today.");
    ONE_OF_TWO("one_of_two", "须填写 {names} 其中之一。", "Give one of {names}.");
    NOT_YOUR_PART("not_your_part", "只能代表本人或本单位表示。", "You speak only for yourself or your organization.");
    IN_MEDIATION("in_mediation", "调解期间不得更改当事人身份；请先终止调解，更正后重新提出。", "During a mediation it stays as it is: end that, correct it, and propose mediation anew.");
    APPLICANT_DECIDES("applicant_decides", "只能由申请人自行决定。", "Only the applicant decides this.");
    LEVEL_ABOVE_DECIDES("level_above_decides", "须由 {jurisdiction} 决定，请先申请其批准。", "{jurisdiction} decides this, once its approval is requested.");
    OWN_ENROLLMENT("own_enrollment", "不得处理本人的培训记录。", "Nobody decides about their own enrollment.");
    ONLY_WHILE_SUBMITTED("only_while_submitted", "只能在受理前更改。", "This can change only before the dispute is accepted.");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_texts_complete() {
        for mut codes in [KINDS.iter().map(|k| k.code).collect::<Vec<_>>(), RULES.iter().map(|r| r.code).collect()] {
            codes.sort_unstable();
            let all = codes.len();
            codes.dedup();
            assert_eq!(codes.len(), all);
        }
        let texts = KINDS.iter().flat_map(|k| [&k.title, &k.detail]).chain(RULES.iter().map(|r| &r.text));
        for text in texts {
            assert!(text.en.is_ascii() && !text.zh.is_ascii(), "{} / {}", text.zh, text.en);
        }
    }
}

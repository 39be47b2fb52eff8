"""Ways to break the expanded template, each with the name of the check that must notice (`check_template.py`)."""


def put(path, value=None):
    """A break: sets what lies at a path of the expansion, or removes it. What a list holds goes by its name."""
    def apply(t):
        *way, last = path.split()
        for step in way:
            t = t[place(t, step)]
        if value is None:
            t.pop(place(t, last))
        else:
            t[last] = value
    return apply


def place(t, name):
    return name if isinstance(t, dict) else [x.get("Sid", x.get("PolicyName", x.get("Id"))) for x in t].index(name)


def grant(role, action, resource):
    """A break: one more right for a role."""
    on = "*" if resource == "*" else {"Fn::GetAtt": [resource, "Arn"]}
    new = {"Effect": "Allow", "Action": [action], "Resource": on}
    return lambda t: t[role]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].append(new)


KEY = "SecretsKey Properties KeyPolicy Statement"
STATEMENT = "Properties PolicyDocument Statement"
UNWRAP = f"OpenaiWorkerMayUnwrap {STATEMENT} Unwrap"
PROVIDER = "StringEquals kms:EncryptionContext:provider"
OPENAI_WORKER = {"Fn::GetAtt": ["OpenaiWorkerRole", "Arn"]}
RIGHTS = "Properties Policies rights PolicyDocument Statement"
READ = f"OpenaiWorkerRole {RIGHTS} OwnProvidersSecrets"
ENVIRONMENT = "Properties Environment Variables"
LIFECYCLE = "Properties LifecycleConfiguration Rules"
CORS = "Properties CorsConfiguration CorsRules the-page-posts-photos"
CROSS_ORIGIN = "Api Properties Body x-amazon-apigateway-cors"
JOBS_WRITE = [{"Oidc": ["jobs:write"]}]
ACCOUNT_READ = [{"Oidc": ["account:read"]}]
INTEGRATION = "x-amazon-apigateway-integration"
BREAKS = [
    ("roles", put("JobsFunction Properties Role", {"Fn::GetAtt": ["ApiKeysRole", "Arn"]})),
    ("roles", put("BflWorkerFunction Properties Role", OPENAI_WORKER)),
    ("roles", put("AuditRole Properties ManagedPolicyArns", ["arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess"])),
    ("rights", grant("SweeperRole", "dynamodb:DeleteItem", "AuditTable")),
    ("rights", grant("SweeperRole", "dynamodb:DeleteItem", "VaultTable")),
    ("rights", put(f"SweeperRole {RIGHTS} Erase Resource", {"Fn::Sub": "${ImagesBucket.Arn}/*"})),
    ("rights", put(f"SweeperRole {RIGHTS} Erase Action", ["s3:DeleteObject", "s3:GetObject"])),
    ("rights", put(f"SweeperRole {RIGHTS} Main Action", ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"])),
    ("rights", grant("ApiKeysRole", "dynamodb:GetItem", "VaultTable")),
    ("rights", put(f"JobsRole {RIGHTS} WaitingJobs")),
    ("rights", grant("AnthropicWorkerRole", "s3:GetObject", "ImagesBucket")),
    ("rights", grant("BflWorkerRole", "s3:ListBucket", "ImagesBucket")),
    ("rights", put(f"JobsRole {RIGHTS} Photos Resource", {"Fn::Sub": "${ImagesBucket.Arn}/*"})),
    ("rights", put(f"JobsRole {RIGHTS} Images Action", ["s3:GetObject", "s3:PutObject"])),
    ("rights", put(f"BflWorkerRole {RIGHTS} Exports Resource", {"Fn::Sub": "${ImagesBucket.Arn}/*"})),
    ("rights", put(f"OpenaiWorkerRole {RIGHTS} Exports Action", ["s3:PutObject", "s3:GetObject"])),
    ("rights", grant("BflWorkerRole", "sqs:SendMessage", "OpenaiQueue")),
    ("rights", put(f"BflWorkerRole {RIGHTS} DeadLetters Action", ["sqs:SendMessage", "sqs:ReceiveMessage"])),
    ("rights", grant("AccountRole", "dynamodb:GetItem", "VaultTable")),
    ("rights", grant("AccountRole", "sqs:SendMessage", "OpenaiQueue")),
    ("rights", grant("AccountRole", "s3:GetObject", "ImagesBucket")),
    ("rights", grant("AccountRole", "dynamodb:UpdateItem", "AuditTable")),
    ("rights", grant("AccountRole", "dynamodb:DeleteItem", "MainTable")),
    ("rights", put(f"AccountRole {RIGHTS} Audit Action", ["dynamodb:PutItem", "dynamodb:Query"])),
    ("rights", grant("JobsRole", "dynamodb:ConditionCheckItem", "MainTable")),
    ("rights", grant("ApiKeysRole", "dynamodb:ConditionCheckItem", "VaultTable")),
    ("wildcards", grant("JobsRole", "dynamodb:*", "MainTable")),
    ("wildcards", grant("JobsRole", "s3:GetObject", "*")),
    ("wildcards", put(f"{KEY} AdministerWithoutUsing Action", ["kms:*"])),
    ("key_use", grant("ApiKeysRole", "kms:Decrypt", "SecretsKey")),
    ("key_use", put(f"{KEY} AdministerWithoutUsing Action", ["kms:Decrypt"])),
    ("key_use", grant("JobsRole", "kms:Decrypt", "SecretsKey")),
    ("key_use", grant("AccountRole", "kms:GenerateDataKey", "SecretsKey")),
    ("key_use", put(f"{KEY} AnthropicWorkerMayUnwrap")),
    ("key_use", put(f"{KEY} NobodyElseUnwraps")),
    ("key_use", put(f"{KEY} NobodyElseUnwraps Condition ArnNotEquals aws:PrincipalArn", [OPENAI_WORKER])),
    ("key_use", put(f"{KEY} BflWorkerMayUnwrap Condition ArnEquals aws:PrincipalArn", OPENAI_WORKER)),
    ("key_use", put(f"{KEY} NobodyElseMoves")),
    ("key_use", put(f"{KEY} NobodyElseMoves Condition ArnNotEquals aws:PrincipalArn", OPENAI_WORKER)),
    ("key_use", put(f"Second{KEY} NobodyElseUnwraps")),
    ("key_use", put(f"Second{KEY} RewrapMayMove Action", ["kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:Decrypt"])),
    ("key_use", grant("RewrapRole", "kms:Decrypt", "SecretsKey")),
    ("key_use", grant("ApiKeysRole", "kms:ReEncryptFrom", "SecretsKey")),
    ("rights", put(f"RewrapMayMove {STATEMENT} From Resource", {"Fn::GetAtt": ["SecondSecretsKey", "Arn"]})),
    ("rights", put(f"ApiKeysMayWrap {STATEMENT} Wrap Resource", {"Fn::GetAtt": ["SecretsKey", "Arn"]})),
    ("rights", grant("RewrapRole", "dynamodb:DeleteItem", "VaultTable")),
    ("rights", grant("OpenaiWorkerRole", "dynamodb:Scan", "VaultTable")),
    ("conditions", put(f"RewrapMayMove {STATEMENT} From Condition Null")),
    ("conditions", put(f"RewrapMayMove {STATEMENT} To Condition ForAllValues:StringEquals")),
    ("conditions", put(f"{KEY} RewrapMayMove Condition StringEquals")),
    ("two_kms_keys", put(f"OpenaiWorkerFunction {ENVIRONMENT} OWNKEY_OTHER_KMS_KEYS", "")),
    ("two_kms_keys", put(f"ApiKeysFunction {ENVIRONMENT} OWNKEY_OTHER_KMS_KEYS", {"Fn::GetAtt": ["SecretsKey", "Arn"]})),
    ("two_kms_keys", put(f"RewrapFunction {ENVIRONMENT} OWNKEY_KMS_KEY", {"Fn::GetAtt": ["SecretsKey", "Arn"]})),
    ("two_kms_keys", put(f"Second{KEY} OpenaiWorkerMayUnwrap")),
    ("conditions", put(f"{UNWRAP} Condition {PROVIDER}")),
    ("conditions", put(f"{UNWRAP} Condition Null")),
    ("conditions", put(f"{READ} Condition")),
    ("conditions", put(f"{KEY} OpenaiWorkerMayUnwrap Condition {PROVIDER}")),
    ("conditions", put(f"{KEY} BflWorkerMayUnwrap Condition {PROVIDER}", "openai")),
    ("conditions", put(f"BflWorkerMayUnwrap {STATEMENT} Unwrap Condition {PROVIDER}", "openai")),
    ("conditions", put(f"ApiKeysMayWrap {STATEMENT} Wrap Condition {PROVIDER}", ["openai", "bfl"])),
    ("conditions", put(f"{READ.replace('Openai', 'Anthropic')} Condition ForAllValues:StringLike "
                       "dynamodb:LeadingKeys", ["openai#*"])),
    ("queues", put("OpenaiQueue Properties VisibilityTimeout", 900)),
    ("queues", put("OpenaiQueue Properties RedrivePolicy")),
    ("queues", put("OpenaiDeadLetterQueue Properties SqsManagedSseEnabled")),
    ("queues", put("OpenaiWorkerFunctionJobs Properties FunctionResponseTypes")),
    ("wiring", put(f"SweeperFunction {ENVIRONMENT} OWNKEY_TABLE_AUDIT", {"Ref": "MainTable"})),
    ("wiring", put(f"JobsFunction {ENVIRONMENT} OWNKEY_QUEUE_OPENAI", {"Ref": "OpenaiDeadLetterQueue"})),
    ("wiring", put(f"SweeperFunction {ENVIRONMENT} OWNKEY_QUEUE_BFL")),
    ("wiring", put(f"BflWorkerFunction {ENVIRONMENT} OWNKEY_QUEUE", {"Ref": "OpenaiQueue"})),
    ("wiring", put(f"BflWorkerFunction {ENVIRONMENT} OWNKEY_DEAD_LETTERS", {"Ref": "OpenaiDeadLetterQueue"})),
    ("wiring", put(f"ApiKeysFunction {ENVIRONMENT} OWNKEY_BFL_URL", "https://api.bfl.ai")),
    ("wiring", put("AnthropicWorkerFunctionJobs Properties FunctionName", {"Ref": "BflWorkerFunction"})),
    ("wiring", put("OpenaiQueue Properties RedrivePolicy deadLetterTargetArn", {"Fn::GetAtt": ["OpenaiQueue", "Arn"]})),
    ("logs", put("ApiLog Properties RetentionInDays")),
    ("logs", put("SweeperFunction Properties LoggingConfig LogGroup", {"Ref": "JobsLog"})),
    ("logs", put("SweeperLog Properties LogGroupName", {"Fn::Sub": "/ownkey/${AWS::StackName}/jobs"})),
    ("stores", put("VaultTable UpdateReplacePolicy")),
    ("stores", put("SecretsKey DeletionPolicy", "Delete")),
    ("stores", put("UserPool DeletionPolicy")),
    ("stores", put("VaultTable Properties PointInTimeRecoverySpecification PointInTimeRecoveryEnabled", True)),
    ("stores", put("VaultTable Properties StreamSpecification", {"StreamViewType": "OLD_IMAGE"})),
    ("stores", put("VaultBackup", {"Type": "AWS::Backup::BackupSelection"})),
    ("stores", put("SecondSecretsKey Properties EnableKeyRotation", False)),
    ("buckets", put("ImagesBucket Properties PublicAccessBlockConfiguration BlockPublicAcls", False)),
    ("buckets", put("ImagesBucketPolicy")),
    ("buckets", put("AnchorsBucketPolicy")),
    ("buckets", put(f"AnchorsBucketPolicy {STATEMENT} OnlyTls Condition", {})),
    ("buckets", put(f"AnchorsBucketPolicy {STATEMENT} NobodyOverwrites Effect", "Allow")),
    ("anchors", put("AnchorsBucket Properties ObjectLockEnabled")),
    ("anchors", put("AnchorsBucket Properties VersioningConfiguration Status", "Suspended")),
    ("anchors", put("AnchorsBucket Properties ObjectLockConfiguration Rule DefaultRetention Mode", "GOVERNANCE")),
    ("anchors", put("AnchorsBucket Properties LifecycleConfiguration", {"Rules": []})),
    ("anchors", put(f"AnchorsBucketPolicy {STATEMENT} NobodyDeletes")),
    ("anchors", put(f"AnchorsBucketPolicy {STATEMENT} NobodyDeletes Action", ["s3:DeleteObject"])),
    ("anchors", put(f"AnchorsBucketPolicy {STATEMENT} NobodyDeletes Principal", {"AWS": "*"})),
    ("anchors", put(f"AnchorsBucketPolicy {STATEMENT} NobodyOverwrites")),
    ("anchors", put(f"AnchorsBucketPolicy {STATEMENT} NobodyOverwrites Condition", {})),
    ("anchors", put(f"AnchorsBucketPolicy {STATEMENT} OnlyTheSealerAdds")),
    ("anchors", put(f"AnchorsBucketPolicy {STATEMENT} OnlyTheSealerAdds Effect", "Allow")),
    ("anchors", grant("SweeperRole", "s3:PutObject", "AnchorsBucket")),
    ("anchors", grant("SealerRole", "dynamodb:PutItem", "AuditTable")),
    ("anchors", grant("SealerRole", "dynamodb:UpdateItem", "MainTable")),
    ("conditions", put(f"SealerRole {RIGHTS} Tenants Condition")),
    ("rights", grant("SealerRole", "s3:DeleteObject", "AnchorsBucket")),
    ("rights", grant("AuditRole", "s3:PutObject", "AnchorsBucket")),
    ("routes", put("Api Properties Body paths /v1/audit/verify get security")),
    ("routes", put("Api Properties Body paths /v1/audit/seals get security", [{"Oidc": ["jobs:read"]}])),
    ("photos", put(f"ImagesBucket {LIFECYCLE} references-are-for-a-month")),
    ("photos", put(f"ImagesBucket {LIFECYCLE} references-are-for-a-month Prefix")),
    ("photos", put(f"ImagesBucket {LIFECYCLE} uploads-are-for-a-day Status", "Disabled")),
    ("photos", put(f"ImagesBucket {LIFECYCLE} exports-are-for-a-day ExpirationInDays", 365)),
    ("photos", put(f"ImagesBucket {CORS} AllowedOrigins", ["*"])),
    ("photos", put(f"ImagesBucket {CORS} AllowedMethods", ["POST", "PUT"])),
    ("photos", put("ImagesBucket Properties CorsConfiguration")),
    ("routes", put("Api Properties Body paths /v1/jobs post security")),
    ("routes", put("Api Properties Body paths /v1/audit get security", [{"Oidc": []}])),
    ("routes", put("Api Properties Body paths /v1/uploads/{id} delete security")),
    ("routes", put("Api Properties Body paths /v1/batches/{id}/export post security")),
    ("routes", put("Api Properties Body paths /v1/batches/{id}/cancel post security", [{"Oidc": ["jobs:read"]}])),
    ("routes", put("Api Properties Body paths /v1/personas/{id} put security", [{"Oidc": ["jobs:read"]}])),
    ("routes", put("Api Properties Body paths /v1/projects/{project}/api-keys/{provider} put security", JOBS_WRITE)),
    ("routes", put("Api Properties Body paths /v1/projects/{project}/api-keys get security", ACCOUNT_READ)),
    ("routes", put("Api Properties Body paths /v1/projects/{project} put security", ACCOUNT_READ)),
    ("routes", put("Api Properties Body paths /v1/budgets/{budget} delete security", ACCOUNT_READ)),
    ("routes", put("Api Properties Body paths /v1/budgets get security", [{"Oidc": ["account:write"]}])),
    ("routes", put("Api Properties Body paths /v1/notices get security", [{"Oidc": ["audit:read"]}])),
    ("routes", put("Api Properties Body paths /v1/usage get security")),
    ("routes", put(f"Api Properties Body paths /v1/jobs get {INTEGRATION} uri", {"Fn::Sub": "${AuditFunction.Arn}"})),
    ("routes", put(f"Api Properties Body paths /v1/usage get {INTEGRATION} uri", {"Fn::Sub": "${AuditFunction.Arn}"})),
    ("environment", put(f"AnthropicWorkerFunction {ENVIRONMENT} OWNKEY_QUEUE_OPENAI", {"Ref": "OpenaiQueue"})),
    ("environment", put(f"JobsFunction {ENVIRONMENT} OWNKEY_TABLE_VAULT", "vault")),
    ("environment", put(f"AccountFunction {ENVIRONMENT} OWNKEY_QUEUE_OPENAI", {"Ref": "OpenaiQueue"})),
    ("environment", put(f"AccountFunction {ENVIRONMENT} OWNKEY_TENANT_CLAIM")),
    ("environment", put(f"AuditFunction {ENVIRONMENT} OWNKEY_REQUESTS_PER_SECOND")),
    ("environment", put(f"ApiKeysFunction {ENVIRONMENT} OWNKEY_JOBS_PER_HOUR")),
    ("webhooks_key", grant("JobsRole", "kms:GenerateMac", "WebhooksKey")),
    ("webhooks_key", put(f"AccountMaySign {STATEMENT} Sign Resource", {"Fn::GetAtt": ["SecretsKey", "Arn"]})),
    ("webhooks_key", put("WebhooksKey Properties KeySpec", "SYMMETRIC_DEFAULT")),
    ("webhooks_key", put("WebhooksKey Properties KeyPolicy Statement NobodyElseSigns")),
    ("webhooks_key", put("WebhooksKey Properties KeyPolicy Statement TwoMaySign Condition")),
    ("webhooks_key", put("WebhooksKey Properties KeyPolicy Statement AdministerWithoutUsing Action", ["kms:GenerateMac"])),
    ("rights", grant("NotifierRole", "dynamodb:GetItem", "VaultTable")),
    ("rights", put(f"OpenaiWorkerRole {RIGHTS} Notifier")),
    ("wiring", put(f"NotifierFunction {ENVIRONMENT} OWNKEY_DEAD_LETTERS", {"Ref": "OpenaiDeadLetterQueue"})),
    ("wiring", put(f"SweeperFunction {ENVIRONMENT} OWNKEY_QUEUE_NOTIFIER", {"Ref": "OpenaiQueue"})),
    ("environment", put(f"NotifierFunction {ENVIRONMENT} OWNKEY_TOPIC_TEAM")),
    ("routes", put("Api Properties Body paths /v1/webhooks/{id}/secret post security", ACCOUNT_READ)),
    ("cors", put(f"{CROSS_ORIGIN} allowOrigins", ["*"])),
    ("cors", put(f"{CROSS_ORIGIN} allowMethods", ["GET"])),
    ("cors", put(f"{CROSS_ORIGIN} allowCredentials", True)),
    ("cors", put(f"{CROSS_ORIGIN} allowHeaders", ["*"])),
]

import type { CatalogueEntry } from './types';

const B = 'n8n-nodes-base.';
const L = '@n8n/n8n-nodes-langchain.';

const each = (names: string, entry: CatalogueEntry, prefix = B): [string, CatalogueEntry][] =>
	names
		.trim()
		.split(/\s+/)
		.map((name) => [prefix + name, entry]);

/**
 * What n8n's own nodes do to the outside world. Operations whose verb reads (see `verbs.ts`) are readers, and those that
 * say they send are senders (`operations.json`, `reviewed.ts`), whatever stands here. Types that are missing are
 * `unknown` unless their operation reads. How many items go is as low and as high as it may be unless it was read.
 */
export const BUILTIN: ReadonlyMap<string, CatalogueEntry> = new Map<string, CatalogueEntry>([
	// Pass items on, one for one.
	...each('noOp renameKeys executionData stickyNote sort', {
		role: 'harmless',
		items: 'same',
	}),
	[`${B}set`, { role: 'harmless', items: 'same' }],
	// The same, but they read values and throw on those they cannot read.
	// Respond to Webhook throws in a run that no webhook started.
	...each('respondToWebhook dateTime crypto xml totp jwt moveBinaryData markdown editImage', {
		role: 'harmless',
		items: 'same',
		throws: true,
	}),
	[
		`${B}html`,
		{ role: 'harmless', items: 'any', throws: true, oneEach: ['generateHtmlTemplate', 'extractHtmlContent'] },
	],
	[`${B}htmlExtract`, { role: 'harmless', items: 'same', throws: true }],
	[`${B}if`, { role: 'harmless', items: 'same', outputs: 2 }],
	[`${B}switch`, { role: 'harmless', items: 'same' }],
	// Turn files into items and back: a table becomes many, many become one file.
	...each('convertToFile extractFromFile spreadsheetFile readBinaryFile readBinaryFiles compression', {
		role: 'harmless',
		items: 'any',
		throws: true,
	}),
	[`${B}debugHelper`, { role: 'harmless', items: 'any', throws: true }],
	[`${B}merge`, { role: 'harmless', items: 'any' }],
	[`${B}compareDatasets`, { role: 'harmless', items: 'any', outputs: 4 }],
	// Wait for a time, a person or a call.
	[`${B}wait`, { role: 'harmless', items: 'same', pauses: true }],
	[`${B}form`, { role: 'harmless', items: 'same', pauses: true }],
	// May hand on fewer items than they got.
	...each('filter limit aggregate summarize removeDuplicates', { role: 'harmless', items: 'fewer' }),
	...each('splitOut itemLists', { role: 'harmless', items: 'any' }),
	[`${B}splitInBatches`, { role: 'loop', items: 'same', outputs: 2 }],
	[`${B}executeWorkflow`, { role: 'sub-workflow', items: 'same' }],
	[`${B}stopAndError`, { role: 'stop', outputs: 0 }],

	// Only read, and look at what they find.
	...each(
		`rssFeedRead readPDF hackerNews openWeatherMap nasa coinGecko marketstack dhl googleAnalytics
		googlePageSpeed iCal clearbit hunter googleBooks quickChart currents`,
		{ role: 'reader', items: 'any' },
	),

	// Reach recipients. Mail, text messages, chat apps in which the customer sits.
	[`${B}emailSend`, { role: 'sender', items: 'same', accepts: { ids: ['messageId'] } }],
	...each('mailgun', { role: 'sender', items: 'same', accepts: { ids: ['id'] } }),
	...each('awsSes', {
		role: 'sender',
		items: 'same',
		failsPerItem: true,
		accepts: {
			ids: ['SendEmailResult.MessageId', 'MessageId', 'SendEmailResponse.SendEmailResult.MessageId'],
		},
	}),
	...each('mandrill mailjet sendInBlue brevo', {
		role: 'sender',
		items: 'any',
		accepts: { ids: ['_id', 'messageId', 'MessageID'] },
	}),
	[`${B}twilio`, { role: 'sender', items: 'same', failsPerItem: true, accepts: { ids: ['sid'] } }],
	[`${B}messageBird`, { role: 'sender', items: 'same', failsPerItem: true, accepts: { ids: ['id'] } }],
	[
		`${B}telegram`,
		{ role: 'sender', items: 'same', failsPerItem: true, accepts: { ids: ['result.message_id'] } },
	],
	[`${B}whatsApp`, { role: 'sender', items: 'same', accepts: { ids: ['messages.0.id'] } }],
	[
		`${B}plivo`,
		{
			role: 'sender',
			items: 'same',
			accepts: { ids: ['message_uuid.0', 'message_uuid'] },
		},
	],
	...each(
		`vonage sms77 msg91 mocean line facebookGraphApi twitter linkedIn
		discourse reddit medium lemlist emelia automizy awsSns gotify spontit googleCalendar
		customerIo vero iterable klaviyo autopilot convertKit drift intercom zendesk freshdesk freshservice helpScout
		kafka rabbitmq amqp mqtt awsSqs`,
		{ role: 'sender' },
	),
	[
		`${B}gmail`,
		{
			role: 'sender',
			items: 'any',
			oneEach: [
				'message.send',
				'message.reply',
				'thread.reply',
				'message.get',
				'message.markAsRead',
				'message.addLabels',
				'draft.create',
			],
			failsPerItem: true,
			accepts: { ids: ['id'] },
			operations: {
				...Object.fromEntries(
					['message', 'thread'].flatMap((resource) =>
						['addLabels', 'removeLabels', 'markAsRead', 'markAsUnread', 'trash', 'untrash', 'delete'].map(
							(operation) => [`${resource}.${operation}`, 'writer' as const],
						),
					),
				),
				'draft.create': 'writer',
				'draft.delete': 'writer',
				'label.create': 'writer',
				'label.delete': 'writer',
			},
		},
	],
	[
		`${B}microsoftOutlook`,
		{
			role: 'writer',
			items: 'any',
			oneEach: ['message.send', 'message.reply', 'draft.send', 'message.get', 'draft.create'],
			failsPerItem: true,
			// Graph answers 202 without a body; the node throws on anything else.
			// The node then says `success: true`, which is no id: Delivery Commit refuses it as one.
			accepts: { ids: [], bySuccess: true },
			operations: {
				'event.create': 'sender',
				'event.update': 'sender',
				'contact.create': 'state-writer',
				'contact.update': 'state-writer',
			},
		},
	],
	[
		`${B}sendGrid`,
		{
			role: 'sender',
			items: 'any',
			oneEach: ['mail.send'],
			failsPerItem: true,
			accepts: { ids: ['messageId'], bySuccess: true },
			operations: { 'contact.upsert': 'state-writer', 'contact.delete': 'state-writer' },
		},
	],
	[`${B}mailchimp`, { role: 'state-writer', items: 'any' }],

	// Reach the team, as long as they name a fixed place; whoever the item names is a recipient.
	[
		`${B}slack`,
		{
			role: 'notifier',
			items: 'any',
			oneEach: ['message.post', 'message.postEphemeral', 'message.update'],
			failsPerItem: true,
			accepts: { ids: ['message.ts', 'message_timestamp', 'ts'] },
		},
	],
	...each(
		`microsoftTeams discord mattermost rocketchat zulip matrix googleChat ciscoWebex pagerDuty opsGenie
		pushover pushbullet pushcut signl4 sentryIo`,
		{ role: 'notifier', items: 'any' },
	),

	// Keep contacts: delivery state may live there.
	[
		`${B}hubspot`,
		{
			role: 'state-writer',
			items: 'any',
			oneEach: ['contact.get', 'company.get', 'deal.get', 'contact.upsert'],
		},
	],
	...each(
		`salesforce pipedrive zohoCrm activeCampaign agileCrm copper freshworksCrm
		keap mailerLite getResponse highLevel monicaCrm actionNetwork
		affinity salesmate egoi ghost`,
		{ role: 'state-writer', items: 'any', oneEach: ['contact.get', 'person.get', 'lead.get', 'deal.get'] },
	),

	// Keep other records.
	[`${B}redis`, { role: 'writer', items: 'any', oneEach: ['get'] }],
	...each('awsS3 s3', { role: 'writer', items: 'any', oneEach: ['file.download', 'file.upload'] }),
	...each('googleDrive microsoftOneDrive dropbox box nextCloud microsoftSharePoint', {
		role: 'writer',
		items: 'any',
		oneEach: ['file.download', 'download', 'file.get'],
		// Whom a file is shared with gets a mail.
		operations: { 'file.share': 'sender', 'folder.share': 'sender', share: 'sender' },
	}),
	...each('googleDocs googleSlides', {
		role: 'writer',
		items: 'any',
		oneEach: ['document.get', 'get', 'presentation.get'],
	}),
	...each('airtable notion supabase baserow nocoDb', {
		role: 'writer',
		items: 'any',
		oneEach: ['record.get', 'databasePage.get', 'get', 'row.get'],
	}),
	...each('postgres mySql microsoftSql timescaleDb questDb crateDb snowflake googleBigQuery', {
		role: 'writer',
		items: 'any',
	}),
	...each(
		`mongoDb googleSheets dataTable seaTable elasticsearch microsoftExcel ftp
		awsDynamoDb googleFirebaseCloudFirestore github gitlab bitbucket jira asana trello clickUp linear mondayCom
		todoist webflow strapi contentful readWriteFile
		writeBinaryFile googleTasks microsoftToDo youTube
		spotify googleContacts`,
		{ role: 'writer', items: 'any' },
	),

	// A button runs whatever its table says.
	[`${B}coda`, { role: 'writer', items: 'any', operations: { pushButton: 'unknown' } }],

	// Make content; nothing reaches a recipient.
	...each(
		'openAi deepL googleTranslate awsTextract awsRekognition awsTranscribe jinaAi perplexity mindee bannerbear apiTemplateIo',
		{ role: 'generator', items: 'same', failsPerItem: true },
	),
	...each(
		`openAi anthropic googleGemini ollama mistralCloud minimax moonshot alibabaCloud chainLlm chainSummarization
		chainRetrievalQa informationExtractor`,
		{ role: 'generator', items: 'same' },
		L,
	),
	// Sort items into outputs, and drop what fits none.
	...each('sentimentAnalysis textClassifier guardrails', { role: 'generator', items: 'any' }, L),
	// An agent does what its tools do; see `facts/agents.ts`.
	...each('agent openAiAssistant agentTool', { role: 'generator', items: 'same' }, L),
	...each(
		`vectorStoreInMemory vectorStorePinecone vectorStoreQdrant vectorStoreSupabase vectorStorePGVector
		vectorStoreWeaviate vectorStoreMilvus vectorStoreMongoDBAtlas vectorStoreRedis vectorStoreZep
		vectorStoreAzureAISearch vectorStoreChromaDB`,
		{ role: 'writer', items: 'any' },
		L,
	),
]);

/**
 * Nodes of n8n that hand on their answers without `pairedItem`, read in the builds of n8n-nodes-base 2.40.2 and of the
 * langchain nodes of n8n 2.40; `test/core/audit/catalogue.test.ts` reads the former again.
 */
export const UNLINKED: ReadonlySet<string> = new Set([
	...'markdown twilio messageBird plivo vonage awsTextract awsTranscribe mindee bannerbear apiTemplateIo agileCrm actionNetwork'
		.split(' ')
		.map((name) => B + name),
	// Declarative: n8n-core runs them, and links no more than they do.
	...'whatsApp openAi jinaAi perplexity highLevel'.split(' ').map((name) => B + name),
	...'chainLlm chainSummarization chainRetrievalQa informationExtractor'.split(' ').map((name) => L + name),
]);

/** Tools an agent may hold without becoming a sender: they compute or read. */
export const HARMLESS_TOOLS: ReadonlySet<string> = new Set(
	[
		'toolCalculator',
		'toolThink',
		'toolWikipedia',
		'toolSerpApi',
		'toolSearXng',
		'toolWolframAlpha',
		'toolVectorStore',
	].map((name) => L + name),
);

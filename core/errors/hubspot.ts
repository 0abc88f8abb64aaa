import type { CatalogueEntry } from './error';

/** Errors of the room `hubspot`. Those with `retryAfterMs` in their context pass, the others do not. */
export const hubspotErrors = {
	'hubspot-unreachable': {
		message: 'HubSpot could not be reached ({cause}).',
		remedy:
			'Check the network, the proxy settings and the base URL of the HubSpot credential. The next run tries again.',
	},
	'hubspot-timeout': {
		message: 'HubSpot did not answer in time ({category}).',
		remedy: 'The next run tries again. If it stays so, look at https://status.hubspot.com.',
	},
	'hubspot-cancelled': {
		message: 'The run was stopped while HubSpot was being called.',
		remedy: 'Nothing is lost: the next run goes on where this one stopped.',
	},
	'hubspot-throttled': {
		message: 'HubSpot is throttling this account ({policy}).',
		remedy:
			'The next run tries again. Other apps share the limits: lower the limits in the HubSpot credential, or run the spine at a quieter time.',
	},
	'hubspot-daily-limit': {
		message: "HubSpot's daily limit of calls is spent.",
		remedy:
			'The limit is reset at midnight in the time zone of the HubSpot account. Until then commits wait in the outbox.',
	},
	'hubspot-locked': {
		message: 'HubSpot has locked the record for another writer.',
		remedy: 'The lock passes within seconds; the next run tries again.',
	},
	'hubspot-migrating': {
		message: 'HubSpot is moving this account to another data centre.',
		remedy: 'HubSpot asks to wait {seconds} seconds. Commits wait in the outbox until then.',
	},
	'hubspot-outage': {
		message: 'HubSpot answered with an error of its own (status {status}).',
		remedy: 'The next run tries again. If it stays so, look at https://status.hubspot.com.',
	},
	'hubspot-unreadable-answer': {
		message: 'HubSpot gave an answer that cannot be read (status {status}).',
		remedy:
			'The next run tries again. If it stays so, check that the base URL of the HubSpot credential points at HubSpot and not at a proxy page.',
	},
	'hubspot-unexpected-answer': {
		message: 'HubSpot answered with status {status}, which this call does not know.',
		remedy: 'The next run tries again. If it stays so, update this package: HubSpot may have changed.',
	},
	'hubspot-token-refused': {
		message: 'HubSpot refused the access token.',
		remedy:
			'Put a valid Service Key or private app token into the HubSpot credential. Nothing that waits is lost.',
	},
	'hubspot-token-expired': {
		message: 'The access token for HubSpot has expired.',
		remedy: 'Put a Service Key or a new token into the HubSpot credential. Nothing that waits is lost.',
	},
	'hubspot-scope-missing': {
		message: 'The access token for HubSpot lacks the scope {scopes}.',
		remedy:
			'Add {scopes} to the Service Key or private app in HubSpot, then run again. Nothing that waits is lost.',
	},
	'hubspot-value-refused': {
		message: 'HubSpot refused the value of property "{property}" of {object} ({reason}).',
		remedy:
			'Compare the value with the type and the options of the property in HubSpot; dates are YYYY-MM-DD, options are internal names.',
	},
	'hubspot-property-unknown': {
		message: 'HubSpot has no property "{property}" (asked for by {object}).',
		remedy:
			'Create the property in HubSpot or correct the property mapping of the spine; names are case-sensitive.',
	},
	'hubspot-refused': {
		message: 'HubSpot refused {object} (status {status}, {category}).',
		remedy:
			'Look the correlation id {correlationId} up in the logs of your HubSpot app, correct the input and run again.',
	},
	'hubspot-contact-missing': {
		message: 'HubSpot has no active contact {object}: it was archived or deleted.',
		remedy: 'Restore the contact in HubSpot if it should go on, else leave it: it takes no further part.',
	},
	'hubspot-conflict': {
		message: 'HubSpot already has {object} (status 409).',
		remedy: 'Use the existing one, or choose another name.',
	},
	'hubspot-not-chosen': {
		message: 'No HubSpot credential is chosen in this node, so nobody can say which properties there are.',
		remedy: 'Choose one above, or write the name of the property by hand.',
	},
	'hubspot-definition-missing': {
		message: 'HubSpot has no active {object}.',
		remedy: 'Create it in HubSpot, or restore it there if it was archived; names are case-sensitive.',
	},
	'hubspot-definition-in-use': {
		message: 'HubSpot will not archive {object}: it is in use.',
		remedy: 'Remove it from the lists, forms and workflows that use it in HubSpot, then run again.',
	},
	'hubspot-write-unproven': {
		message: 'HubSpot did not say what became of the write to contact {object}.',
		remedy: 'The next run writes the same values again, which is safe.',
	},
	'hubspot-query-too-large': {
		message: 'The search for contacts is too large: {what}.',
		remedy: 'Use fewer conditions: HubSpot takes 5 groups of 6, 18 in all, and 3,000 characters.',
	},
	'hubspot-search-stuck': {
		message: 'HubSpot listed contacts out of order after id {after}; the walk was stopped.',
		remedy: 'Run again. If it stays so, update this package: HubSpot may have changed its search.',
	},
	'hubspot-contact-id': {
		message: '"{object}" is not a contact id of HubSpot.',
		remedy:
			'Contact ids are whole numbers (the property hs_object_id). Check the field that names the recipient.',
	},
	'hubspot-base-url': {
		message: 'The base URL of the HubSpot credential is not usable.',
		remedy: 'Use https://api.hubapi.com, or the URL of a stand-in, beginning with http:// or https://.',
	},
} as const satisfies Record<string, CatalogueEntry>;

import type { Fault } from '../shared/faults';
import { answer, answers, idsOf, searches as searchOnly, updates } from './fault-tools';
import { invalid, invalidValues, problem } from './problems';

/** Refusals, played whether or not the account would give them. */
export const answerFaults: readonly Fault[] = [
	answers(
		'F15',
		'one bad input without trace ids',
		() =>
			answer(
				invalidValues([
					{
						isValid: false,
						message: 'Property "missing" does not exist',
						error: 'PROPERTY_DOESNT_EXIST',
						name: 'missing',
					},
				]),
			),
		updates,
	),
	answers(
		'F16',
		'duplicate ids in batch',
		(call) => {
			const [id = '123'] = idsOf(call);
			return answer(
				invalid(`Duplicate IDs found in batch input: [${id}]. IDs must be unique`, {
					context: { ids: [id] },
				}),
			);
		},
		{ path: '/batch/' },
	),
	answers(
		'F17',
		'more than 100 inputs / more than 50 with history',
		() =>
			answer(
				invalid('The maximum number of inputs supported in a batch request for property histories is 50'),
			),
		{ path: '/batch/' },
	),
	answers(
		'F19',
		'search past 10,000',
		() => answer(invalid('Paging beyond 10000 results is not supported.')),
		searchOnly,
	),
	answers(
		'F20',
		'search body over 3,000 characters',
		() => answer(invalid('Search request must be under 3000 characters.')),
		searchOnly,
	),
	answers('F24', 'expired OAuth token', () =>
		answer(
			problem(
				401,
				'EXPIRED_AUTHENTICATION',
				'The OAuth token used to make this call expired 75 second(s) ago.',
				{ context: { 'expire time': ['2022-06-21T10:37:52.040Z'] } },
			),
		),
	),
	answers('F25', 'bad or revoked token', () =>
		answer(problem(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found.')),
	),
	answers('F26', 'missing scope', () =>
		answer(
			problem(403, 'MISSING_SCOPES', "This app hasn't been granted all required scopes to make this call.", {
				errors: [
					{
						message: 'One or more of the following scopes are required.',
						context: { requiredGranularScopes: ['crm.objects.contacts.write'] },
					},
				],
			}),
		),
	),
	answers('F27', 'create conflict', () =>
		answer(problem(409, 'CONFLICT', 'Contact already exists. Existing ID: 6001')),
	),
	answers('F28', 'date not midnight', () =>
		answer(
			invalidValues([
				{
					isValid: false,
					message: '1505779200 is at 10:16:19.200 UTC, not midnight!',
					error: 'INVALID_DATE',
					name: 'next_send_on',
				},
			]),
		),
	),
	{
		...answers('F29', 'property exists', () =>
			answer(
				problem(409, 'OBJECT_ALREADY_EXISTS', "A property named 'x' already exists.", {
					subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS',
				}),
			),
		),
		on: { method: 'POST', path: '/properties/' },
	},
	{
		...answers('F30', 'archive property in use', () =>
			answer(
				invalid('x is currently used in 1 places and cannot be deleted', {
					subCategory: 'PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE',
				}),
			),
		),
		on: { method: 'DELETE', path: '/properties/' },
	},
];

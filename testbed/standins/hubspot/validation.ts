import type { DefinitionRow } from './definitions';
import type { ValueProblem } from './problems';

const isoDate = /^\d{4}-\d{2}-\d{2}$/;
const wholeNumber = /^-?\d+$/;
const longestText = 65_536;

const refuse = (name: string, error: string, message: string): ValueProblem => ({
	isValid: false,
	message,
	error,
	name,
});

/** Milliseconds of a date or datetime value in any form HubSpot takes; `NaN` if it is none. */
export const instantOf = (value: string): number =>
	wholeNumber.test(value) ? Number(value) : Date.parse(value);

/**
 * Checks one value against its definition and gives the form HubSpot stores: emails in lower case, datetimes as ISO
 * with milliseconds, dates as YYYY-MM-DD. `''` clears a value.
 */
export function storedValue(
	definition: DefinitionRow | undefined,
	name: string,
	value: unknown,
): string | ValueProblem {
	if (definition === undefined || definition.archived) {
		return refuse(name, 'PROPERTY_DOESNT_EXIST', `Property "${name}" does not exist`);
	}
	if (definition.modificationMetadata.readOnlyValue || definition.calculated) {
		return refuse(name, 'READ_ONLY_VALUE', `"${name}" is a read only property; its value cannot be set.`);
	}
	const given =
		value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
	if (given === '') return '';
	switch (definition.type) {
		case 'number':
			return Number.isFinite(Number(given))
				? String(Number(given))
				: refuse(name, 'INVALID_DOUBLE', `${given} was not a valid number.`);
		case 'bool':
			return given === 'true' || given === 'false'
				? given
				: refuse(name, 'INVALID_OPTION', `${given} was not one of the allowed options: [true, false]`);
		case 'enumeration':
			return storedOptions(definition, given);
		case 'date':
			return storedDate(name, given);
		case 'datetime': {
			const at = instantOf(given);
			return Number.isNaN(at)
				? refuse(name, 'INVALID_DATE', `${given} was not a valid date-time.`)
				: new Date(at).toISOString();
		}
		default:
			break;
	}
	if (given.length > longestText) return refuse(name, 'PROPERTY_VALUE_TOO_LONG', 'The value is too long.');
	if (name !== 'email') return given;
	return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(given)
		? given.toLowerCase()
		: refuse(name, 'INVALID_EMAIL', `Email address ${given} is invalid`);
}

function storedOptions(definition: DefinitionRow, given: string): string | ValueProblem {
	const chosen = definition.fieldType === 'checkbox' ? given.split(';').filter(Boolean) : [given];
	const allowed = definition.options.map((option) => option.value);
	const wrong = chosen.find((choice) => !allowed.includes(choice));
	return wrong === undefined
		? given
		: refuse(
				definition.name,
				'INVALID_OPTION',
				`${wrong} was not one of the allowed options: [${allowed.join(', ')}]`,
			);
}

function storedDate(name: string, given: string): string | ValueProblem {
	const at = isoDate.test(given) ? Date.parse(given) : wholeNumber.test(given) ? Number(given) : NaN;
	if (Number.isNaN(at)) return refuse(name, 'INVALID_DATE', `${given} was not a valid date.`);
	const iso = new Date(at).toISOString();
	if (at % 86_400_000 !== 0) {
		return refuse(name, 'INVALID_DATE', `${given} is at ${iso.slice(11, 23)} UTC, not midnight!`);
	}
	return iso.slice(0, 10);
}

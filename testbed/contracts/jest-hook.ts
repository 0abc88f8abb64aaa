import { afterAll, afterEach } from '@jest/globals';
import { gather, takeViolations } from './findings';

// Runs in every test file: a call that did not keep to a vendor's contract fails the test it was made in.
afterEach(() => {
	const violations = takeViolations();
	if (violations.length > 0) throw new Error(violations.join('\n'));
});
afterAll(() => gather());

// SPDX-License-Identifier: Apache-2.0
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** Says last of all what failed, so that the end of a log is enough to know. */
export default class FailedNames implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const names: string[] = [];
    for (const one of modules) {
      const tests = [...one.children.allTests('failed')].map((test) => test.fullName);
      const suites = [...one.children.allSuites()].filter((suite) => suite.errors().length > 0).map((suite) => `${suite.fullName} (before or after its tests)`);
      const whole = one.errors().length > 0 ? ['(the file itself)'] : [];
      names.push(...[...whole, ...suites, ...tests].map((name) => `${one.relativeModuleId} > ${name}`));
    }
    names.push(...unhandled.map((error) => `outside of any test: ${error.message}`));
    if (names.length > 0) console.log(`\nFailed:\n${names.map((name) => `  ${name}`).join('\n')}\n`);
  }
}

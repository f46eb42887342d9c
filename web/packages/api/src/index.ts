// SPDX-License-Identifier: Apache-2.0
export type { paths as RestPaths } from './api.gen';
export * from './portal';
export { Problem, problemOf, type Evidence } from './problem';

// SPDX-License-Identifier: Apache-2.0
export function placeholders(text: string): string[];
export function compare(language: string, english: Record<string, string>, other: Record<string, string>): string[];
export function unused(keys: string[], source: string): string[];

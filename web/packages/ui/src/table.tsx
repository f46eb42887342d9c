// SPDX-License-Identifier: Apache-2.0
import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';

export interface Column<T> {
  key: string;
  head: string;
  cell: (row: T) => ReactNode;
  /** Numbers stand at the end of their column. */
  numeric?: boolean;
  /** The head is for those who listen only: of buttons, say. */
  silent?: boolean;
}

interface Selection {
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
  /** Names the box of a row. */
  labelOf: (key: string) => string;
  allLabel: string;
}

interface TableProps<T> {
  /** Names the table. */
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
  /** The rows are those of before; others are on their way. */
  busy?: boolean;
  selection?: Selection;
  /** For the look of cards on a narrow screen. */
  look?: string;
}

function toggled(chosen: ReadonlySet<string>, key: string, on: boolean): ReadonlySet<string> {
  const next = new Set(chosen);
  if (on) next.add(key);
  else next.delete(key);
  return next;
}

function Head<T>({ columns, rows, rowKey, selection }: Pick<TableProps<T>, 'columns' | 'rows' | 'rowKey' | 'selection'>) {
  const keys = rows.map(rowKey);
  const all = selection !== undefined && keys.length > 0 && keys.every((key) => selection.chosen.has(key));
  return (
    <thead>
      <tr>
        {selection === undefined ? null : (
          <th scope="col" data-col="choose">
            <input type="checkbox" aria-label={selection.allLabel} checked={all}
              onChange={() => selection.onChange(all ? new Set() : new Set([...selection.chosen, ...keys]))} />
          </th>
        )}
        {columns.map((column) => (
          <th key={column.key} scope="col" data-col={column.key} className={column.numeric === true ? 'numeric' : ''}>
            <span className={column.silent === true ? 'heard' : ''}>{column.head}</span>
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** Rows and columns; on a narrow screen each row is a card. */
export function DataTable<T>({ label, columns, rows, rowKey, busy = false, selection, look = 'plain' }: TableProps<T>) {
  return (
    <div className="table-frame">
      <table className="table" data-look={look} aria-label={label} aria-busy={busy}>
        <Head columns={columns} rows={rows} rowKey={rowKey} {...(selection === undefined ? {} : { selection })} />
        <tbody>
          {rows.map((row) => {
            const key = rowKey(row);
            return (
              <tr key={key} {...(selection?.chosen.has(key) === true ? { 'data-chosen': true } : {})}>
                {selection === undefined ? null : (
                  <td data-col="choose">
                    <input type="checkbox" aria-label={selection.labelOf(key)} checked={selection.chosen.has(key)}
                      onChange={(event) => selection.onChange(toggled(selection.chosen, key, event.currentTarget.checked))} />
                  </td>
                )}
                {columns.map((column) => (
                  <td key={column.key} data-col={column.key} data-label={column.silent === true ? '' : column.head}
                    className={column.numeric === true ? 'numeric' : ''}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

const ROW_HEIGHT = 44;

/** Where rows will be, on the first load. */
export function TableSkeleton({ rows = 12, label }: { rows?: number; label: string }) {
  return (
    <div className="table-skeleton" aria-busy="true">
      <span className="heard" role="status">{label}</span>
      {Array.from({ length: rows }, (_, index) => <Skeleton key={index} height={ROW_HEIGHT - 16} radius={4} />)}
    </div>
  );
}

/** A list that has nothing to show: why, and what to do. */
export function Empty({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <p>{children}</p>
      {action}
    </div>
  );
}

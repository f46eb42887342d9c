// SPDX-License-Identifier: Apache-2.0
import { api, type Sync, type Token, type TokenKind, type TokenState } from '@lockstep/api/console';
import { Button, Chip, DataTable, Select, type Column } from '@lockstep/ui';
import { IconFileImport, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { FilterField, List, PAGE_ROWS, useAddress, usePage } from '../lists';
import { LifeChip, Page, tokenPath, TokenSync, TokenType, userPath } from '../parts';
import { askedFor } from '../Search';
import { useMay } from '../session';
import { signed, useText, type Text } from '../text';
import { BulkBar } from '../token/BulkBar';
import { offsetSteps, Spark } from '../token/Spark';

const STATES: readonly TokenState[] = ['enabled', 'suspended', 'locked', 'lost', 'faulty', 'revoked'];
const KINDS: readonly TokenKind[] = ['totp', 'hotp'];
const SYNCS: readonly Sync[] = ['in_sync', 'drifting', 'out_of_sync', 'unused'];
/** Filters that come with a link, as from the token page: shown as chips that can be taken away. */
const CHIPS = ['model', 'batch'] as const;

function columns(text: Text, rows: readonly Token[]): Column<Token>[] {
  const { t, ago } = text;
  const all: (Column<Token> | null)[] = [
    { key: 'serial', head: t('tokens.serial'), cell: (token) => <Link className="row-link" to={tokenPath(token.serial)}>{token.serial}</Link> },
    { key: 'type', head: t('tokens.type'), cell: (token) => <TokenType token={token} /> },
    { key: 'state', head: t('tokens.state'), cell: (token) => <LifeChip life={token.life} /> },
    { key: 'sync', head: t('tokens.sync'), cell: (token) => <TokenSync token={token} /> },
    rows.some((token) => token.recent !== undefined || offsetSteps(token) !== undefined) ? {
      key: 'drift', head: t('tokens.drift'),
      cell: (token) => {
        const off = offsetSteps(token);
        return <span className="drift-cell"><Spark token={token} /><span>{off === undefined ? '' : signed(off)}</span></span>;
      },
    } : null,
    { key: 'user', head: t('tokens.user'), cell: (token) => (token.owner === undefined ? <span className="dim">–</span> : <Link to={userPath(token.owner)}>{token.owner}</Link>) },
    rows.some((token) => token.progress !== undefined) ? {
      key: 'used', head: t('tokens.used'), cell: (token) => <span className="dim">{token.progress?.last_used_at === undefined ? t('users.never') : ago(token.progress.last_used_at)}</span>,
    } : null,
  ];
  return all.filter((one) => one !== null);
}

function oneOf<T extends string>(value: string, known: readonly T[]): T | undefined {
  return known.find((one) => one === value);
}

function useFilters() {
  const { get, change } = useAddress();
  const assigned = oneOf(get('assigned'), ['true', 'false'] as const);
  const query = {
    q: askedFor(get('q')), state: oneOf(get('state'), STATES), kind: oneOf(get('kind'), KINDS), sync: oneOf(get('sync'), SYNCS), assigned,
    model: get('model'), batch: get('batch'), after: get('after'), limit: PAGE_ROWS,
  };
  const narrowed = [query.q, query.state, query.kind, query.sync, assigned, query.model, query.batch].some((one) => one !== undefined && one !== '');
  const clear = () => change({ q: '', state: '', kind: '', sync: '', assigned: '', model: '', batch: '' });
  return { query, get, change, clear: narrowed ? clear : undefined };
}

function Filters({ filters }: { filters: ReturnType<typeof useFilters> }) {
  const { t } = useText();
  const { query, get, change } = filters;
  return (
    <div className="filters" role="search">
      <FilterField label={t('tokens.filter')} value={get('q')} onChange={(value) => change({ q: value }, { replace: true })} />
      <Select bare label={t('tokens.sync')} none={t('tokens.sync_any')} value={query.sync ?? ''} onChange={(value) => change({ sync: value })}
        choices={SYNCS.map((value) => ({ value, label: t(`sync.${value}`) }))} />
      <Select bare label={t('tokens.state')} none={t('tokens.state_any')} value={query.state ?? ''} onChange={(value) => change({ state: value })}
        choices={STATES.map((value) => ({ value, label: t(`state_word.${value}`) }))} />
      <Select bare label={t('tokens.type')} none={t('tokens.type_any')} value={query.kind ?? ''} onChange={(value) => change({ kind: value })}
        choices={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))} />
      <Select bare label={t('tokens.owner')} none={t('tokens.owner_any')} value={query.assigned ?? ''} onChange={(value) => change({ assigned: value })}
        choices={[{ value: 'true', label: t('tokens.owned') }, { value: 'false', label: t('tokens.in_stock') }]} />
      {CHIPS.filter((name) => get(name) !== '').map((name) => (
        <Chip key={name} tone="info">
          {`${t(`tokens.${name}`)}: ${get(name)}`}
          <button type="button" className="chip-x" aria-label={t('tokens.without', { name: t(`tokens.${name}`) })} onClick={() => change({ [name]: '' })}><IconX size={14} aria-hidden /></button>
        </Chip>
      ))}
    </div>
  );
}

export function Tokens() {
  const text = useText();
  const { t } = text;
  const may = useMay();
  const [, navigate] = useLocation();
  const filters = useFilters();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const list = usePage(['tokens', 'list', filters.query], () => api.tokens.list(filters.query));
  return (
    <Page title={t('nav.tokens')} subtitle={t('tokens.subtitle')}
      actions={may('tokens.write') ? <Button icon={<IconFileImport size={16} aria-hidden />} onClick={() => navigate('/tokens/import')}>{t('tokens.import')}</Button> : undefined}>
      <div className="panel list-panel">
        <Filters filters={filters} />
        {chosen.size === 0 ? null : <BulkBar serials={[...chosen]} onDone={() => setChosen(new Set())} />}
        <List query={list} onClear={filters.clear} empty={t(filters.clear === undefined ? 'tokens.none' : 'tokens.no_match')}>
          {(items, busy) => (
            <DataTable look="tokens" label={t('nav.tokens')} columns={columns(text, items)} rows={items} rowKey={(token) => token.serial} busy={busy}
              {...(may('tokens.manage') ? { selection: { chosen, onChange: setChosen, labelOf: (serial: string) => t('tokens.choose', { serial }), allLabel: t('tokens.choose_all') } } : {})} />
          )}
        </List>
      </div>
    </Page>
  );
}

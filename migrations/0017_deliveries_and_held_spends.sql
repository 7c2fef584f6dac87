-- Which deliveries say the same event: it counts as answered when each of them was answered in time. And which spends
-- ever held money, so that what is missing from the list of what waits is found.

alter table connection_deliveries add column event_id bigint;
comment on table connection_deliveries is
    'Which connection event of which source user each webhook delivery says: an index of the inbox, one row a delivery that says something. Derived; a rebuild of preferences enters what is missing.';
comment on column connection_deliveries.event_id is
    'The event that the delivery says; several deliveries may say one. Null until the delivery is applied, and for one from before this column that repeats the event of another, until a rebuild of preferences.';
create index connection_deliveries_event_id_idx on connection_deliveries (event_id) where event_id is not null;
comment on index connection_deliveries_event_id_idx is
    'The deliveries of an event: it is answered when each of them is.';

update connection_deliveries d set event_id = e.event_id
from connection_events e
where e.inbox_id = d.inbox_id and e.source_user_id = d.source_user_id and e.status <> 'unfounded';

comment on column connection_events.inbox_id is
    'The delivery that it came with first; null for a platform''s own call.';
comment on column connection_events.answered_at is
    'Knowledge time: when this room learnt that each of its deliveries was answered in time (inbox_answers); null while one of them may have gone unanswered.';

create index spends_held_idx on spends (card_id, spend_id) where held_minor > 0;
comment on index spends_held_idx is
    'What ever held money: at its start the service looks for what is neither released nor in held_spends. Holds only spends of which something was held.';

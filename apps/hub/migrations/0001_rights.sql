-- Every table that belongs to a workspace is closed by row-level security, also to its owner; the hub opens one workspace
-- per transaction through `parley.workspace`. The accounts and the directory of workspaces belong to no workspace.
do $$
declare t text;
begin
  for t in
    select c.table_name from information_schema.columns c
    where c.table_schema = current_schema() and c.column_name = 'workspace_id' and c.table_name <> 'workspaces'
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format($p$create policy workspace on %I using (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)
      with check (workspace_id = nullif(current_setting('parley.workspace', true), '')::uuid)$p$, t);
  end loop;
end $$;
--> statement-breakpoint
-- The gateway must find its work before it knows a workspace: which channels exist, which lanes and files are due.
-- It says so with `parley.gateway`, and may only read.
create policy gateway on channels for select using (current_setting('parley.gateway', true) = 'on');
--> statement-breakpoint
create policy gateway on outgoing_lanes for select using (current_setting('parley.gateway', true) = 'on');
--> statement-breakpoint
create policy gateway on files for select using (current_setting('parley.gateway', true) = 'on' and state = 'fetching');
--> statement-breakpoint
create policy gateway on operators for select using (current_setting('parley.gateway', true) = 'on');

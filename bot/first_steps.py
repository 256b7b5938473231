"""What an operator without a token is told."""

from __future__ import annotations

# View Channels, Send Messages, Send Messages in Threads, Create Public Threads, Read Message History.
# bot.client.NEEDED_PERMISSIONS holds the same; a test compares them.
PERMISSIONS = 309_237_713_920

INVITATION = (
    "https://discord.com/oauth2/authorize?client_id=YOUR_APPLICATION_ID"
    f"&scope=bot+applications.commands&permissions={PERMISSIONS}"
)

WITHOUT_A_TOKEN = f"""\
Footnote needs a Discord token to run. It takes five minutes and costs nothing:

  1. Open https://discord.com/developers/applications and press "New Application". Give it a name.
  2. On the page "Bot", press "Reset Token" and copy the token. Treat it like a password.
     Leave the three "Privileged Gateway Intents" switched off: Footnote needs none of them.
  3. Tell Footnote the token, in a file named .env in the folder you start it from:
         DISCORD_TOKEN=the token you copied
     (or as an environment variable of that name).
  4. On the page "General Information", copy the Application ID, put it into this link in place of
     YOUR_APPLICATION_ID, open the link, and choose your server:
         {INVITATION}
  5. Run again: footnote run   (.venv/bin/footnote run, where you installed it with make)

To try Footnote without a token, on this machine alone: footnote play
"""

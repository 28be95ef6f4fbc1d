"""What the office hands over: the supply scheme reply sheet and the register of assets."""

from gridcalc.report.reply.asset_book import asset_register
from gridcalc.report.reply.page import reply_page
from gridcalc.report.reply.sheet import reply_sheet

__all__ = ["asset_register", "reply_page", "reply_sheet"]

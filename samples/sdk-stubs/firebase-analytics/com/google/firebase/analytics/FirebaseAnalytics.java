package com.google.firebase.analytics;

import android.content.Context;
import android.os.Bundle;

/** Stand-in: the event names are the ones every copy of this library brings along, used or not. */
public class FirebaseAnalytics {
    /** Stand-in: names of suggested events. */
    public static class Event {
        public static final String EARN_VIRTUAL_CURRENCY = "earn_virtual_currency";
        public static final String JOIN_GROUP = "join_group";
        public static final String LEVEL_UP = "level_up";
        public static final String LOGIN = "login";
        public static final String POST_SCORE = "post_score";
        public static final String SCREEN_VIEW = "screen_view";
        public static final String SELECT_CONTENT = "select_content";
        public static final String SHARE = "share";
        public static final String SIGN_UP = "sign_up";
        public static final String SPEND_VIRTUAL_CURRENCY = "spend_virtual_currency";
        public static final String UNLOCK_ACHIEVEMENT = "unlock_achievement";
    }

    /** Stand-in: names of suggested parameters. */
    public static class Param {
        public static final String ACHIEVEMENT_ID = "achievement_id";
        public static final String CONTENT_TYPE = "content_type";
        public static final String GROUP_ID = "group_id";
        public static final String LEVEL = "level";
        public static final String SCORE = "score";
        public static final String VIRTUAL_CURRENCY_NAME = "virtual_currency_name";
    }

    static final String HOST = "https://app-measurement.com/a";

    public static FirebaseAnalytics getInstance(Context context) {
        return new FirebaseAnalytics();
    }

    public void logEvent(String name, Bundle values) {}

    public void setUserId(String id) {}

    public void setUserProperty(String name, String value) {}

    public void setAnalyticsCollectionEnabled(boolean enabled) {}
}

package al.example.aktivisti.screen;

import al.example.aktivisti.R;
import android.os.Bundle;
import android.webkit.WebView;

/** The party's news, a web page that may ask the app things. */
public class NewsActivity extends TimedActivity {
    private static final String NEWS = "https://news.aktivisti-model.example/today";

    @Override
    public void onCreate(Bundle state) {
        super.onCreate(state);
        setContentView(R.layout.activity_news);
        WebView page = findViewById(R.id.news_page);
        page.getSettings().setJavaScriptEnabled(true);
        page.addJavascriptInterface(new PageBridge(getApplicationContext()), "Aktivisti");
        page.loadUrl(NEWS);
    }
}
